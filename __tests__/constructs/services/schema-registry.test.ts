import { ApicurioRegistry, type ApicurioRegistryProps, Kafka, Postgres } from "../../../constructs/services";
import { type DeliveredObject, objectsOf, releasesOf } from "../../support/releases";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly { readonly secretRef: { readonly name: string } }[];
  readonly [key: string]: unknown;
}

const registry = (stacks: ServiceStacks, kind: "sql" | "kafka", props: Partial<ApicurioRegistryProps> = {}) => {
  const common = { context: stacks.context, namespace, resources: small };
  const storage =
    kind === "sql"
      ? ({
          kind,
          database: new Postgres(stacks.services, "Postgres", { ...common, instances: 1, storage: "10Gi" }).database(
            "schema_registry",
          ),
        } as const)
      : ({
          kind,
          broker: new Kafka(stacks.services, "Kafka", {
            ...common,
            pools: [
              {
                name: "node",
                roles: ["controller", "broker"],
                replicas: 1,
                firstNode: 0,
                storage: "10Gi",
                resources: small,
              },
            ],
            topics: {},
            config: {},
            entityOperator: small,
          }),
        } as const);
  return new ApicurioRegistry(stacks.services, "SchemaRegistry", {
    ...common,
    replicas: 1,
    config: {},
    storage,
    ...props,
  });
};

function object({ services }: ServiceStacks, kind: string, name: string): DeliveredObject & { spec: never } {
  const found = objectsOf(releasesOf(services)).filter(
    (candidate) => candidate.kind === kind && candidate.metadata.name === name,
  );
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject & { spec: never };
}

function container(stacks: ServiceStacks): Container {
  const { spec } = object(stacks, "Deployment", "apicurio-registry") as unknown as {
    spec: { template: { spec: { containers: readonly [Container] } } };
  };
  return spec.template.spec.containers[0];
}

const environment = (stacks: ServiceStacks) =>
  Object.fromEntries(container(stacks).env.map(({ name, value }) => [name, value]));

const rows = ({ flows }: ServiceStacks) =>
  flows.flows
    .filter(({ from }) => from.name === "apicurio-registry")
    .map(({ to, ports }) => `${to.name} ${ports.join(",")}`);

test("speaks as Confluent's registry does, under a name that leaves `schema-registry` to an alias", () => {
  const stacks = serviceStacks();
  expect(registry(stacks, "sql").url).toBe("http://apicurio-registry.data-platform.svc:8080/apis/ccompat/v7");
  expect(object(stacks, "Service", "apicurio-registry").spec).toMatchObject({
    ports: [{ name: "http", port: 8080, targetPort: 8080 }],
  });
});

test("keeps schemas in its database, and checks whom it talks to", () => {
  const stacks = serviceStacks();
  registry(stacks, "sql");
  expect(environment(stacks)).toMatchObject({
    APICURIO_STORAGE_KIND: "sql",
    APICURIO_STORAGE_SQL_KIND: "postgresql",
    APICURIO_DATASOURCE_URL:
      "jdbc:postgresql://postgres-rw.data-platform.svc:5432/schema_registry?sslmode=verify-full&sslrootcert=/etc/apicurio-registry-tls/ca.crt",
  });
  expect(container(stacks).envFrom).toEqual([{ secretRef: { name: "apicurio-registry-database" } }]);
  expect(object(stacks, "ExternalSecret", "apicurio-registry-database").spec).toMatchObject({
    data: [
      { secretKey: "APICURIO_DATASOURCE_USERNAME", remoteRef: { property: "username" } },
      { secretKey: "APICURIO_DATASOURCE_PASSWORD", remoteRef: { property: "password" } },
    ],
  });
  expect(rows(stacks)).toEqual(["postgres 5432"]);
});

test("keeps schemas in topics of its own, as a user that may use no others", () => {
  const stacks = serviceStacks();
  registry(stacks, "kafka");
  expect(environment(stacks)).toMatchObject({
    APICURIO_STORAGE_KIND: "kafkasql",
    APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: "kafka-kafka-bootstrap.data-platform.svc:9093",
    APICURIO_KAFKA_COMMON_SECURITY_PROTOCOL: "SASL_SSL",
    APICURIO_KAFKA_COMMON_SASL_MECHANISM: "SCRAM-SHA-512",
    APICURIO_KAFKA_COMMON_SSL_TRUSTSTORE_LOCATION: "/etc/apicurio-registry-tls/ca.crt",
    APICURIO_KAFKA_COMMON_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM: "https",
  });
  expect(object(stacks, "ExternalSecret", "apicurio-registry-kafka").spec).toMatchObject({
    target: {
      template: {
        data: {
          APICURIO_KAFKA_COMMON_SASL_JAAS_CONFIG:
            'org.apache.kafka.common.security.scram.ScramLoginModule required username="apicurio-registry" password="{{ .KAFKA_PASSWORD }}";',
        },
      },
    },
  });
  const { authorization } = object(stacks, "KafkaUser", "apicurio-registry").spec as unknown as {
    authorization: { acls: readonly { resource: { name: string } }[] };
  };
  expect(authorization.acls.map(({ resource }) => resource.name)).toEqual([
    "kafkasql-journal",
    "kafkasql-snapshots",
    "registry-events",
    "apicurio-",
  ]);
  expect(rows(stacks)).toEqual(["kafka 9093"]);
});

test("runs restricted on a root that cannot be written, and is asked for its health on the port of health", () => {
  const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
  registry(stacks, "sql", { replicas: 2, config: { "apicurio.rest.deletion.artifact.enabled": true } });
  expect(container(stacks)).toMatchObject({
    image: expect.stringMatching(/^localhost:5001\/apicurio\/apicurio-registry:\d+\.\d+\.\d+$/),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    readinessProbe: { httpGet: { path: "/health/ready", port: "management" } },
    livenessProbe: { httpGet: { path: "/health/live", port: "management" } },
    ports: [
      { name: "http", containerPort: 8080 },
      { name: "management", containerPort: 9000 },
    ],
  });
  expect(environment(stacks).APICURIO_REST_DELETION_ARTIFACT_ENABLED).toBe("true");
  expect(object(stacks, "Deployment", "apicurio-registry").spec).toMatchObject({
    template: {
      metadata: { annotations: { "secret.reloader.stakater.com/reload": "apicurio-registry-database" } },
      spec: { automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, runAsUser: 1001 } },
    },
  });
  expect(object(stacks, "PodDisruptionBudget", "apicurio-registry").spec).toMatchObject({ maxUnavailable: 1 });
});

test("waits for its pods, after its database", () => {
  const stacks = serviceStacks();
  expect(registry(stacks, "sql").objects.release.wait).toBe(true);
  const release = releasesOf(stacks.services).find(({ name }) => name === "apicurio-registry-objects");
  expect(release?.dependsOn).toContainEqual(expect.stringMatching(/Postgres_SchemaRegistryDatabase/));
});
