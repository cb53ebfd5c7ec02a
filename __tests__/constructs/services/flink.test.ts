import { images } from "../../../charts";
import {
  Flink,
  type FlinkJob,
  type FlinkProps,
  flinkImageVersion,
  Kafka,
  Nessie,
  Postgres,
  SeaweedFs,
} from "../../../constructs/services";
import { ChartData } from "../../support/chart-data";
import { objectProblems } from "../../support/crd-contract";
import { type DeliveredObject, objectsOf, policiesBefore, releasesOf, type Values } from "../../support/releases";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const resources = { requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "2Gi" } } as const;

const orders: FlinkJob = {
  image: "registry.example.com/orders:1.0.0",
  jarUri: "local:///opt/flink/jobs/orders.jar",
  entryClass: "com.example.Orders",
  args: ["--from", "orders"],
  parallelism: 5,
  upgradeMode: "last-state",
  state: "running",
  jobManager: resources,
  taskManager: resources,
  config: { "execution.checkpointing.interval": "10 s" },
};

function flink(stacks: ServiceStacks, props: Partial<FlinkProps> = {}) {
  const { services, context } = stacks;
  const own = context.namespace("flink");
  const store = new SeaweedFs(services, "ObjectStore", {
    context,
    namespace,
    storage: "20Gi",
    resources: small,
    buckets: ["flink", "warehouse"],
  });
  return new Flink(services, "Flink", {
    context,
    namespace: own,
    jobManager: { replicas: 1, resources },
    taskManager: { replicas: 2, resources },
    slots: 2,
    config: {},
    jobs: {},
    bucket: store.bucket("flink"),
    catalogs: [],
    ...props,
  });
}

interface Template {
  readonly metadata: Values;
  readonly spec: Values & { readonly containers: readonly [Container] };
}

interface Container extends Values {
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

interface Spec extends Values {
  readonly flinkConfiguration: { readonly [key: string]: string };
  readonly jobManager: { readonly podTemplate: Template };
  readonly taskManager: { readonly podTemplate: Template; readonly replicas: number };
}

const all = ({ services }: ServiceStacks) => objectsOf(releasesOf(services));

function object(stacks: ServiceStacks, kind: string, name: string) {
  const found = all(stacks).filter((candidate) => candidate.kind === kind && candidate.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject & { readonly spec: Spec };
}

test("clusters go before the policies by which their operator asks them", () => {
  const stacks = serviceStacks();
  flink(stacks, { jobs: { orders } });
  expect(policiesBefore(stacks.services, "flink-objects")).toEqual(
    expect.arrayContaining(
      ["flink-operator-to-flink-jobmanager", "flink-operator-to-orders-jobmanager"].flatMap((flow) => [
        `${flow}-egress`,
        `${flow}-ingress`,
      ]),
    ),
  );
});

const rows = ({ flows }: ServiceStacks) =>
  flows.flows
    .filter(({ from, to }) => /flink/.test(from.name) || /flink/.test(to.name))
    .map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);

describe("the session cluster", () => {
  test("has pods that the operator makes, of the version of their image", () => {
    const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
    flink(stacks);
    const { spec } = object(stacks, "FlinkDeployment", "flink");
    expect(spec).toMatchObject({
      mode: "standalone",
      flinkVersion: "v1_20",
      image: expect.stringMatching(/^localhost:5001\/library\/flink:1\.20\.\d+-scala_2\.12-java17$/),
      serviceAccount: "flink",
      jobManager: { replicas: 1, resource: { cpu: 0.5, memory: "2Gi" } },
      taskManager: { replicas: 2, resource: { cpu: 0.5, memory: "2Gi" } },
    });
    expect(spec).not.toHaveProperty("job");
    expect(images.flink).toContain(`:${flinkImageVersion}-`);
  });

  test("keeps all its state in the object store, with the keys in the environment and nowhere else", () => {
    const stacks = serviceStacks();
    flink(stacks);
    const { spec } = object(stacks, "FlinkDeployment", "flink");
    expect(spec.flinkConfiguration).toMatchObject({
      "execution.checkpointing.dir": "s3p://flink/flink/checkpoints",
      "execution.checkpointing.savepoint-dir": "s3p://flink/flink/savepoints",
      "high-availability.type": "kubernetes",
      "high-availability.storageDir": "s3p://flink/flink/ha",
      "s3.endpoint": "http://seaweedfs-all-in-one.data-platform.svc:8333",
      "s3.path.style.access": "true",
      "taskmanager.numberOfTaskSlots": "2",
    });
    expect(JSON.stringify(spec.flinkConfiguration)).not.toMatch(/access.key|secret.key/);
    for (const { podTemplate } of [spec.jobManager, spec.taskManager]) {
      expect(podTemplate.spec.containers[0].envFrom).toEqual([{ secretRef: { name: "flink-environment" } }]);
      expect(podTemplate.metadata).toEqual({
        annotations: { "secret.reloader.stakater.com/reload": "flink-environment" },
      });
    }
    expect(object(stacks, "ExternalSecret", "flink-environment").spec).toMatchObject({
      data: [
        { secretKey: "AWS_ACCESS_KEY_ID", remoteRef: { key: "platform/object-store/flink" } },
        { secretKey: "AWS_SECRET_ACCESS_KEY", remoteRef: { key: "platform/object-store/flink" } },
      ],
    });
  });

  test("takes its plug-ins from the image", () => {
    const stacks = serviceStacks();
    flink(stacks);
    const [container] = object(stacks, "FlinkDeployment", "flink").spec.jobManager.podTemplate.spec.containers;
    expect(container.env).toContainEqual({
      name: "ENABLE_BUILT_IN_PLUGINS",
      value: `flink-s3-fs-presto-${flinkImageVersion}.jar;flink-s3-fs-hadoop-${flinkImageVersion}.jar`,
    });
  });

  test("runs restricted as the user of its image, and says whether it is well", () => {
    const stacks = serviceStacks();
    flink(stacks);
    const { jobManager, taskManager } = object(stacks, "FlinkDeployment", "flink").spec;
    for (const { podTemplate } of [jobManager, taskManager]) {
      expect(podTemplate.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 9999 });
      expect(podTemplate.spec.containers[0]).toMatchObject({
        name: "flink-main-container",
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      });
    }
    expect(jobManager.podTemplate.spec.containers[0]).toMatchObject({
      readinessProbe: { httpGet: { path: "/config", port: 8081 } },
    });
    expect(taskManager.podTemplate.spec.containers[0]).toMatchObject({ livenessProbe: { tcpSocket: { port: 6122 } } });
  });

  test("gives its code no right but that to choose a leader", () => {
    const stacks = serviceStacks();
    flink(stacks);
    const roles = all(stacks).filter(({ kind }) => kind === "Role") as unknown as readonly { rules: unknown }[];
    expect(roles.map(({ rules }) => rules)).toEqual([
      [
        {
          apiGroups: [""],
          resources: ["configmaps"],
          verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
        },
      ],
    ]);
  });

  test("has no right at all where it chooses no leader, and then one job manager only", () => {
    const stacks = serviceStacks();
    flink(stacks, { highAvailability: false });
    expect(all(stacks).filter(({ kind }) => kind.startsWith("Role"))).toEqual([]);
    expect(object(stacks, "ServiceAccount", "flink")).toMatchObject({ automountServiceAccountToken: false });
    expect(Object.keys(object(stacks, "FlinkDeployment", "flink").spec.flinkConfiguration)).not.toContainEqual(
      expect.stringMatching(/^high-availability/),
    );
    expect(rows(stacks)).not.toContain("flink -> api-server 6443");
    expect(() => flink(serviceStacks(), { highAvailability: false, jobManager: { replicas: 2, resources } })).toThrow(
      "there are 2 job managers without highAvailability: use one, or let them choose a leader",
    );
  });

  test("takes code from its web page only where that is asked for", () => {
    const closed = serviceStacks();
    flink(closed);
    expect(object(closed, "FlinkDeployment", "flink").spec.flinkConfiguration["web.submit.enable"]).toBe("false");
    const open = serviceStacks();
    flink(open, { webSubmit: true });
    expect(object(open, "FlinkDeployment", "flink").spec.flinkConfiguration["web.submit.enable"]).toBe("true");
  });

  test.each([
    { limits: { memory: "2Gi" }, factor: "4" },
    { limits: { memory: "2Gi", cpu: "1" }, factor: "2" },
  ])("may use CPU up to $factor times its request with limits $limits", ({ limits, factor }) => {
    const stacks = serviceStacks();
    flink(stacks, { taskManager: { replicas: 1, resources: { ...resources, limits } } });
    expect(object(stacks, "FlinkDeployment", "flink").spec.flinkConfiguration).toMatchObject({
      "kubernetes.taskmanager.cpu.limit-factor": factor,
    });
  });
});

describe("jobs", () => {
  test("have a cluster of their own with as many task managers as they need slots", () => {
    const stacks = serviceStacks();
    flink(stacks, { jobs: { orders }, config: { "parallelism.default": 2 } });
    const { spec } = object(stacks, "FlinkDeployment", "orders");
    expect(spec).toMatchObject({
      image: "registry.example.com/orders:1.0.0",
      taskManager: { replicas: 3 },
      job: {
        jarURI: "local:///opt/flink/jobs/orders.jar",
        entryClass: "com.example.Orders",
        args: ["--from", "orders"],
        parallelism: 5,
        upgradeMode: "last-state",
        state: "running",
      },
    });
    expect(spec.flinkConfiguration).toMatchObject({
      "parallelism.default": "2",
      "execution.checkpointing.interval": "10 s",
      "execution.checkpointing.dir": "s3p://flink/orders/checkpoints",
      "web.submit.enable": "false",
    });
  });

  test("cannot be named like the session cluster", () => {
    expect(() => flink(serviceStacks(), { jobs: { flink: orders } })).toThrow(
      'a job is named "flink" like the session cluster: give it another name',
    );
  });
});

describe("flows", () => {
  const cluster = (name: string) => [
    `flink-operator -> ${name}-jobmanager 8081`,
    `${name}-taskmanager -> ${name}-jobmanager 6123,6124`,
    `${name}-jobmanager -> ${name}-taskmanager 6122,6126`,
    `${name}-taskmanager -> ${name}-taskmanager 6121`,
  ];

  test("are within each cluster, to the API server and to the store", () => {
    const stacks = serviceStacks();
    flink(stacks, { jobs: { orders } });
    expect(rows(stacks)).toEqual([
      "flink -> api-server 6443",
      "flink -> seaweedfs 8333",
      ...cluster("flink"),
      ...cluster("orders").filter((row) => row.includes("flink")),
    ]);
    expect(stacks.flows.flows.filter(({ from }) => from.name.startsWith("orders-"))).toHaveLength(3);
  });

  test("go to each port that the configuration fixes", () => {
    const stacks = serviceStacks();
    flink(stacks);
    expect(object(stacks, "FlinkDeployment", "flink").spec.flinkConfiguration).toMatchObject({
      "jobmanager.rpc.port": "6123",
      "blob.server.port": "6124",
      "rest.port": "8081",
      "taskmanager.rpc.port": "6122",
      "taskmanager.data.port": "6121",
      "metrics.internal.query-service.port": "6126",
      "metrics.reporter.prom.port": "9249",
    });
  });

  test("let job managers that do not lead ask the one that does", () => {
    const stacks = serviceStacks();
    flink(stacks, { jobManager: { replicas: 2, resources } });
    expect(rows(stacks)).toContain("flink-jobmanager -> flink-jobmanager 6123,6124");
  });
});

describe("wiring", () => {
  function wired(stacks: ServiceStacks) {
    const { services, context } = stacks;
    const common = { context, namespace, resources: small };
    const postgres = new Postgres(services, "Postgres", { ...common, instances: 1, storage: "10Gi" });
    const lake = new SeaweedFs(services, "Lake", { ...common, storage: "20Gi", buckets: ["flink", "warehouse"] });
    const nessie = new Nessie(services, "Nessie", {
      ...common,
      replicas: 1,
      database: postgres.database("nessie"),
      warehouse: lake.bucket("warehouse"),
    });
    const kafka = new Kafka(services, "Kafka", {
      ...common,
      pools: [
        { name: "node", roles: ["controller", "broker"], replicas: 1, firstNode: 0, storage: "10Gi", resources: small },
      ],
      topics: {},
      config: {},
      entityOperator: small,
    });
    return new Flink(services, "Flink", {
      context,
      namespace: context.namespace("flink"),
      jobManager: { replicas: 1, resources },
      taskManager: { replicas: 1, resources },
      slots: 2,
      config: {},
      jobs: { orders },
      bucket: lake.bucket("flink"),
      catalogs: [nessie.catalog("lake")],
      kafka: kafka.user("flink", []),
      schemaRegistry: { url: "http://registry/apis/ccompat/v7", server: { end: nessie.server.end, port: 8085 } },
    });
  }

  test("tells jobs by variables where broker, registry and catalogues are", () => {
    const stacks = serviceStacks();
    wired(stacks);
    for (const name of ["flink", "orders"]) {
      const [container] = object(stacks, "FlinkDeployment", name).spec.taskManager.podTemplate.spec.containers;
      expect(Object.fromEntries(container.env.map(({ name: key, value }) => [key, value]))).toMatchObject({
        KAFKA_BOOTSTRAP_SERVERS: "kafka-kafka-bootstrap.data-platform.svc:9093",
        KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
        KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
        KAFKA_SSL_TRUSTSTORE_LOCATION: "/etc/flink-tls/ca.crt",
        SCHEMA_REGISTRY_URL: "http://registry/apis/ccompat/v7",
        CATALOG_LAKE_URI: "http://nessie.data-platform.svc:19120/iceberg/",
        CATALOG_LAKE_WAREHOUSE: "warehouse",
      });
      expect(container.volumeMounts).toEqual([{ name: "tls", mountPath: "/etc/flink-tls", readOnly: true }]);
    }
  });

  test("gives them the keys of each bucket and the login of the broker", () => {
    const stacks = serviceStacks();
    wired(stacks);
    const { spec } = object(stacks, "ExternalSecret", "flink-environment") as unknown as {
      spec: { data: readonly { secretKey: string }[]; target: { template: { data: Values } } };
    };
    expect(spec.data.map(({ secretKey }) => secretKey)).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "S3_WAREHOUSE_ACCESS_KEY_ID",
      "S3_WAREHOUSE_SECRET_ACCESS_KEY",
      "KAFKA_PASSWORD",
    ]);
    expect(spec.target.template.data.KAFKA_SASL_JAAS_CONFIG).toContain(
      'username="flink" password="{{ .KAFKA_PASSWORD }}"',
    );
  });

  test("opens a flow to each of them", () => {
    const stacks = serviceStacks();
    wired(stacks);
    expect(rows(stacks)).toEqual(
      expect.arrayContaining(["flink -> seaweedfs 8333", "flink -> nessie 8085,19120", "flink -> kafka 9093"]),
    );
  });
});

const data = ChartData.find();

(data ? test : test.skip)("every object is one that the definitions take", () => {
  const stacks = serviceStacks();
  flink(stacks, { jobs: { orders }, jobManager: { replicas: 2, resources } });
  const deployments = all(stacks).filter(({ kind }) => kind === "FlinkDeployment");
  expect(deployments).toHaveLength(2);
  for (const each of deployments) {
    expect(objectProblems(each, data?.definition(each.apiVersion, each.kind) as Values)).toEqual([]);
  }
});
