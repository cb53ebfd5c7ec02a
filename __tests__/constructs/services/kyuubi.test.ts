import { existingNamespace } from "../../../constructs/kubernetes";
import { Kyuubi, KyuubiRegistry, KyuubiUsers } from "../../../constructs/services";
import type { DeploySettingsProps } from "../../../constructs/terraform";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../support/releases";
import { catalogsOf, databaseOf } from "./lakehouse-fakes";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

const engineNamespace = existingNamespace("spark-jobs");

type Settings = Partial<ConstructorParameters<typeof Kyuubi>[2]>;

interface Options {
  readonly settings?: Settings;
  readonly deploy?: DeploySettingsProps;
  readonly engine?: "postgresql" | "mysql";
  readonly replicas?: number;
}

function kyuubi({ settings, deploy, engine = "postgresql", replicas = 1 }: Options = {}) {
  const stacks = serviceStacks(deploy);
  const { services, context } = stacks;
  const registry =
    replicas > 1
      ? new KyuubiRegistry(services, "Registry", {
          context,
          namespace,
          clients: [namespace, engineNamespace],
          resources: small,
          storage: "1Gi",
        })
      : undefined;
  const made = new Kyuubi(services, "Kyuubi", {
    context,
    namespace,
    engineNamespace,
    replicas,
    resources: small,
    authentication: "JDBC",
    users: new KyuubiUsers(context.secrets, ["tools", "dbt"]),
    database: databaseOf(context, engine),
    lakehouse: { catalogs: catalogsOf(context) },
    engines: {
      shareLevel: "USER",
      idleMinutes: 20,
      driver: { cores: 1, memoryMebibytes: 1024 },
      executors: { min: 0, max: 2, cores: 1, memoryMebibytes: 1024 },
    },
    registry,
    ...settings,
  });
  return { ...stacks, made };
}

interface Secret extends DeliveredObject {
  readonly spec: {
    readonly data: readonly { readonly secretKey: string; readonly remoteRef: Readonly<Record<string, string>> }[];
    readonly target: { readonly template: { readonly data: Readonly<Record<string, string>> } };
  };
}

function secret({ services }: Pick<ServiceStacks, "services">, name: string): Secret {
  const found = objectsOf(releasesOf(services)).find((object) => object.metadata.name === name);
  expect(found?.kind).toBe("ExternalSecret");
  return found as Secret;
}

function configOf(stacks: Pick<ServiceStacks, "services">, name = "kyuubi-dbt"): Readonly<Record<string, string>> {
  const file = secret(stacks, `${name}-config`).spec.target.template.data["kyuubi-defaults.conf"] ?? "";
  const lines = file.split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

function rows({ flows }: Pick<ServiceStacks, "flows">): readonly string[] {
  return flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`);
}

describe("the users of Kyuubi", () => {
  test("are asked for in a table of its database, by salted digests", () => {
    const config = configOf(kyuubi());
    expect(config).toMatchObject({
      "kyuubi.authentication": "JDBC",
      "kyuubi.authentication.jdbc.user": "{{ .username }}",
      "kyuubi.authentication.jdbc.password": "{{ .password }}",
      "kyuubi.authentication.jdbc.query":
        "SELECT 1 FROM kyuubi_users WHERE name = ${user} AND digest = encode(sha256(convert_to(salt || ${password}, 'UTF8')), 'hex')",
    });
    expect(configOf(kyuubi({ engine: "mysql" }))["kyuubi.authentication.jdbc.query"]).toContain(
      "digest = SHA2(CONCAT(salt, ${password}), 256)",
    );
  });

  test("get their passwords of the source of secrets before a gateway starts", () => {
    const stacks = kyuubi();
    const { users } = valuesOf(stacks.services, "kyuubi-dbt") as { users: Readonly<Record<string, unknown>> };
    expect(users).toMatchObject({
      image: expect.stringContaining("postgresql"),
      secret: "kyuubi-dbt-config",
      variables: ["KYUUBI_USER_DBT", "KYUUBI_USER_TOOLS"],
    });
    const keys = secret(stacks, "kyuubi-dbt-config").spec.data.map(({ secretKey }) => secretKey);
    expect(keys).toEqual(["username", "password", "KYUUBI_USER_DBT", "KYUUBI_USER_TOOLS"]);
    const script = String(users.script);
    expect(script).toContain("sslmode=verify-full sslrootcert=/etc/kyuubi-tls/ca.crt");
    expect(script).toContain("\\getenv password KYUUBI_USER_DBT");
    expect(script).toContain("DELETE FROM kyuubi_users WHERE named AND name NOT IN ('dbt', 'tools');");
  });

  test("are set in MariaDB by its own client", () => {
    const { users } = valuesOf(kyuubi({ engine: "mysql" }).services, "kyuubi-dbt") as {
      users: Readonly<Record<string, unknown>>;
    };
    expect(users.image).toContain("mariadb");
    expect(users.script).toContain("SHA2(CONCAT(@salt, '$KYUUBI_USER_DBT'), 256)");
  });

  test("come from a directory with LDAP, and the gateway may call it", () => {
    const ldap = {
      url: "ldaps://ldap.example.com",
      baseDn: "dc=example,dc=com",
      userDnPattern: "uid=%s,ou=people,dc=example,dc=com",
      cidrs: ["192.0.2.10/32"],
    };
    const stacks = kyuubi({ settings: { authentication: "LDAP", ldap, users: undefined } });
    const config = configOf(stacks);
    expect(config).toMatchObject({
      "kyuubi.authentication": "LDAP",
      "kyuubi.authentication.ldap.url": "ldaps://ldap.example.com",
      "kyuubi.authentication.ldap.userDNPattern": "uid=%s,ou=people,dc=example,dc=com",
    });
    expect(Object.keys(config).filter((key) => key.startsWith("kyuubi.authentication.jdbc"))).toEqual([]);
    expect(rows(stacks)).toContain("kyuubi-dbt -> kyuubi-dbt-ldap 636");
    expect(valuesOf(stacks.services, "kyuubi-dbt")).not.toHaveProperty("users");
  });

  test("cannot take their engines to other pods, rights or namespaces", () => {
    const restricted = configOf(kyuubi())["kyuubi.session.conf.restrict.list"]?.split(",");
    expect(restricted).toEqual(
      expect.arrayContaining([
        "spark.kubernetes.namespace",
        "spark.kubernetes.driver.podTemplateFile",
        "spark.kubernetes.authenticate.driver.serviceAccountName",
      ]),
    );
  });
});

describe("the engines of Kyuubi", () => {
  test("listen at a port that a policy can name", () => {
    const stacks = kyuubi();
    expect(configOf(stacks)).toMatchObject({
      "spark.kyuubi.frontend.thrift.binary.bind.port": "10009",
      "spark.driver.port": "7078",
      "spark.driver.blockManager.port": "7079",
      "spark.blockManager.port": "7079",
    });
    expect(rows(stacks)).toEqual([
      "kyuubi-dbt -> api-server 6443",
      "kyuubi-dbt -> postgres 5432",
      "kyuubi-dbt -> kyuubi-dbt-engine 10009,4040",
      "kyuubi-dbt-engine -> kyuubi-dbt 2181",
    ]);
  });

  test("are told apart from other jobs of their namespace", () => {
    const stacks = kyuubi();
    const template = secret(stacks, "kyuubi-dbt-config").spec.target.template.data["driver.yaml"] ?? "";
    const { labels } = (JSON.parse(template) as { metadata: { labels: Readonly<Record<string, string>> } }).metadata;
    const [engine] = stacks.flows.flows.filter(({ to }) => to.name === "kyuubi-dbt-engine");
    expect(engine?.to).toMatchObject({ namespace: { name: "spark-jobs" }, podLabels: labels });
  });

  test("run code that is in their image, as pods of the restricted profile", () => {
    const stacks = kyuubi({ deploy: { ownRegistry: "localhost:5001" } });
    const config = configOf(stacks);
    expect(config["kyuubi.session.engine.spark.main.resource"]).toMatch(/^local:\/\/\/opt\/kyuubi\/.*\.jar$/);
    expect(config["spark.kubernetes.container.image"]).toMatch(/^localhost:5001\/terralake\/kyuubi:/);
    const templates = secret(stacks, "kyuubi-dbt-config").spec.target.template.data;
    for (const role of ["driver", "executor"] as const) {
      expect(config[`spark.kubernetes.${role}.podTemplateFile`]).toBe(`/opt/kyuubi/conf/${role}.yaml`);
      expect(JSON.parse(templates[`${role}.yaml`] ?? "")).toMatchObject({
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: `spark-kubernetes-${role}`,
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
            },
          ],
        },
      });
    }
  });

  test("take buckets' keys from a Secret of their namespace, not from the gateway's configuration", () => {
    const stacks = kyuubi();
    const keys = secret(stacks, "kyuubi-dbt-engine-s3");
    expect(keys.metadata.namespace).toBe("spark-jobs");
    expect(keys.spec.data.map(({ secretKey }) => secretKey)).toContain("S3_HIVE_SECRET_ACCESS_KEY");
    const config = configOf(stacks);
    expect(config["spark.kubernetes.executor.secretKeyRef.S3_HIVE_SECRET_ACCESS_KEY"]).toBe(
      "kyuubi-dbt-engine-s3:S3_HIVE_SECRET_ACCESS_KEY",
    );
    expect(config["spark.hadoop.fs.s3a.bucket.hive.secret.key"]).toBe("${env.S3_HIVE_SECRET_ACCESS_KEY}");
  });

  test("are shared, idle and sized as asked for, and settings of the environment win", () => {
    const config = configOf(kyuubi({ settings: { config: { "spark.executor.memory": "3g" } } }));
    expect(config).toMatchObject({
      "kyuubi.engine.share.level": "USER",
      "kyuubi.session.engine.idle.timeout": "PT20M",
      "spark.driver.memory": "1024m",
      "spark.dynamicAllocation.maxExecutors": "2",
      "spark.executor.memory": "3g",
    });
  });
});

describe("several gateways", () => {
  test("find each other's engines in an etcd that asks for certificates", () => {
    const stacks = kyuubi({ replicas: 2 });
    const members = [0, 1, 2].map((index) => `https://kyuubi-etcd-${index}.kyuubi-etcd.data-platform.svc:2379`);
    const config = configOf(stacks);
    expect(config).toMatchObject({
      "kyuubi.ha.client.class": "org.apache.kyuubi.ha.client.etcd.EtcdDiscoveryClient",
      "kyuubi.ha.addresses": members.join(","),
      "kyuubi.ha.etcd.ssl.enabled": "true",
      "kyuubi.ha.etcd.ssl.client.key.path": "/etc/kyuubi-etcd/tls.key",
      "kyuubi.ha.namespace": "kyuubi-dbt",
    });
    expect(config).not.toHaveProperty(["kyuubi.zookeeper.embedded.client.port"]);
    expect(valuesOf(stacks.services, "kyuubi-dbt")).toMatchObject({
      registrySecret: "kyuubi-etcd-client",
      registryFolder: "/etc/kyuubi-etcd",
    });
    const certificates = objectsOf(releasesOf(stacks.services)).filter(
      ({ metadata }) => metadata.name === "kyuubi-etcd-client",
    );
    expect(certificates.map(({ metadata }) => metadata.namespace)).toEqual(["data-platform", "spark-jobs"]);
    for (const { spec } of certificates as unknown as readonly { spec: { privateKey: { encoding: string } } }[]) {
      expect(spec.privateKey.encoding).toBe("PKCS8");
    }
  });

  test("reach it together with their drivers, and its members each other", () => {
    expect(rows(kyuubi({ replicas: 2 }))).toEqual([
      "kyuubi-etcd -> kyuubi-etcd 2379,2380",
      "kyuubi-dbt -> api-server 6443",
      "kyuubi-dbt -> postgres 5432",
      "kyuubi-dbt -> kyuubi-dbt-engine 10009,4040",
      "kyuubi-dbt -> kyuubi-etcd 2379",
      "kyuubi-dbt-engine -> kyuubi-etcd 2379",
      "kyuubi-dbt -> kyuubi-dbt 10099",
    ]);
  });

  test("have a registry whose members know each other by names in their certificate", () => {
    const objects = objectsOf(releasesOf(kyuubi({ replicas: 2 }).services));
    const etcd = objects.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "kyuubi-etcd");
    const { spec } = etcd as unknown as {
      spec: {
        replicas: number;
        template: { spec: { containers: readonly { env: readonly EnvironmentVariable[] }[] } };
      };
    };
    const variables = Object.fromEntries(
      (spec.template.spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value]),
    );
    expect(spec.replicas).toBe(3);
    expect(variables).toMatchObject({
      ETCD_CLIENT_CERT_AUTH: "true",
      ETCD_PEER_CLIENT_CERT_AUTH: "true",
      ETCD_INITIAL_ADVERTISE_PEER_URLS: "https://$(POD_NAME).kyuubi-etcd.data-platform.svc:2380",
    });
    const certificate = objects.find(({ metadata }) => metadata.name === "kyuubi-etcd-tls");
    const names = (certificate as unknown as { spec: { dnsNames: readonly string[] } }).spec.dnsNames;
    const hosts = (variables.ETCD_INITIAL_CLUSTER ?? "")
      .split(",")
      .map((member) => new URL(member.split("=")[1] ?? ""));
    expect(hosts).toHaveLength(3);
    for (const { hostname } of hosts) {
      expect(names).toContain(hostname);
    }
  });

  test("are refused without one", () => {
    expect(() => kyuubi({ settings: { replicas: 2 } })).toThrow(
      "there are 2 gateways without a registry: give a registry: each gateway would start engines of its own",
    );
  });
});

interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
}

test("a gateway is offered to tools with the user that is made for them, and without one else", () => {
  const { made } = kyuubi();
  expect(made.queryEngine("tools")).toMatchObject({
    dialect: "hive",
    host: "kyuubi-dbt-thrift-binary.data-platform.svc",
    port: 10009,
    user: { name: "tools", password: { key: "tools", secret: { path: "kyuubi/users" } } },
  });
  expect(made.queryEngine()).not.toHaveProperty("user");
  expect(made.metrics).toMatchObject([{ name: "kyuubi-dbt", port: 10019 }]);
});

test("a gateway's pods are restricted, and leave their user to the namespace on OpenShift", () => {
  expect(valuesOf(kyuubi().services, "kyuubi-dbt")).toMatchObject({
    podSecurityContext: { runAsNonRoot: true, runAsUser: 10009, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
  });
  expect(valuesOf(kyuubi({ deploy: { openshift: true } }).services, "kyuubi-dbt")).toMatchObject({
    podSecurityContext: { runAsNonRoot: true, runAsUser: null, fsGroup: null },
  });
});
