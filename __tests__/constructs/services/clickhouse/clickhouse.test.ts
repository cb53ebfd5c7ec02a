import { ClickHouse, type ClickHouseProps, Trino } from "../../../../constructs/services";
import { ClickHouseOperator } from "../../../../constructs/services/operators";
import { ChartData } from "../../../support/chart-data";
import { objectProblems } from "../../../support/crd-contract";
import {
  type DeliveredObject,
  objectsOf,
  policiesBefore,
  releasesOf,
  type Values,
  valuesOf,
} from "../../../support/releases";
import { valuesProblems } from "../../../support/values-contract";
import { namespace, type ServiceStacks, serviceStacks, small } from "../service-stacks";
import { Sources } from "../trino/every-source";

const keeper = { replicas: 3, resources: small, storage: "5Gi" } as const;

interface Pod {
  readonly containers: readonly [Readonly<Record<string, unknown>>];
  readonly [key: string]: unknown;
}

interface Installation {
  readonly configuration: {
    readonly users: Values;
    readonly settings: Values;
    readonly files: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly templates: {
    readonly podTemplates: readonly [{ readonly metadata: Values; readonly spec: Pod }];
    readonly volumeClaimTemplates: readonly Values[];
    readonly serviceTemplates: readonly [{ readonly spec: { readonly ports: readonly Values[] } }];
  };
  readonly [key: string]: unknown;
}

interface SecretSpec {
  readonly data: readonly { readonly secretKey: string; readonly remoteRef: { key: string; property: string } }[];
}

function made(
  given: Partial<ClickHouseProps> | ((sources: Sources) => Partial<ClickHouseProps>) = {},
  stacks: ServiceStacks = serviceStacks(),
) {
  const { services, context } = stacks;
  const sources = new Sources(stacks);
  const operator = new ClickHouseOperator(services, "ClickHouseOperator", { context, namespace, resources: small });
  const clickHouse = new ClickHouse(services, "ClickHouse", {
    context,
    namespace,
    operator,
    shards: 1,
    replicas: 1,
    resources: small,
    storage: "20Gi",
    ...(typeof given === "function" ? given(sources) : given),
  });
  const objects = objectsOf(releasesOf(services));
  const named = (kind: string, name: string) => {
    const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
    expect(found).toHaveLength(1);
    return found[0] as DeliveredObject & { readonly spec: unknown };
  };
  return {
    stacks,
    sources,
    clickHouse,
    objects,
    named,
    servers: () => named("ClickHouseInstallation", "clickhouse").spec as Installation,
    keepers: () => named("ClickHouseKeeperInstallation", "clickhouse").spec as Installation,
    secret: (name: string) =>
      Object.fromEntries(
        (named("ExternalSecret", name).spec as SecretSpec).data.map(({ secretKey, remoteRef }) => [
          secretKey,
          `${remoteRef.key}#${remoteRef.property}`,
        ]),
      ),
    flows: stacks.flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`),
  };
}

const several = { shards: 2, replicas: 2, keeper } as const;

describe("ClickHouse", () => {
  test("has shards and replicas that agree through Keepers", () => {
    const { servers, keepers } = made(several);
    expect(servers().configuration).toMatchObject({
      clusters: [{ name: "main", layout: { shardsCount: 2, replicasCount: 2 } }],
      zookeeper: {
        nodes: [
          { host: "chk-clickhouse-keeper-0-0", port: 2181 },
          { host: "chk-clickhouse-keeper-0-1", port: 2181 },
          { host: "chk-clickhouse-keeper-0-2", port: 2181 },
        ],
      },
    });
    expect(keepers().configuration).toMatchObject({ clusters: [{ name: "keeper", layout: { replicasCount: 3 } }] });
  });

  test("is one server without a Keeper, and no more than one", () => {
    const { servers, objects } = made();
    expect(servers().configuration.zookeeper).toBeUndefined();
    expect(objects.map(({ kind }) => kind)).not.toContain("ClickHouseKeeperInstallation");
    expect(() => made({ replicas: 2 })).toThrow("there are 1 shards of 2 replicas and no keeper");
  });

  test("has an administrator, a reader for tools and users with what they are granted, by names of Secrets", () => {
    const { servers, secret } = made({ users: { analyst: { grants: ["GRANT SELECT ON sales.*"] } } });
    const password = (key: string) => ({ valueFrom: { secretKeyRef: { name: "clickhouse-users", key } } });
    expect(servers().configuration.users).toEqual({
      "default/password": password("default"),
      "default/networks/ip": ["::/0"],
      "default/profile": "default",
      "default/access_management": 1,
      "tools/password": password("tools"),
      "tools/networks/ip": ["::/0"],
      "tools/profile": "default",
      "tools/grants/query": ["GRANT SHOW, SELECT, dictGet ON *.*"],
      "analyst/password": password("analyst"),
      "analyst/networks/ip": ["::/0"],
      "analyst/profile": "default",
      "analyst/grants/query": ["GRANT SELECT ON sales.*"],
    });
    expect(servers().configuration.clusters).toMatchObject([
      { secret: { valueFrom: { secretKeyRef: { name: "clickhouse-users", key: "cluster-secret" } } } },
    ]);
    expect(secret("clickhouse-users")).toEqual({
      default: "platform/clickhouse/default#password",
      tools: "platform/clickhouse/tools#password",
      analyst: "platform/clickhouse/analyst#password",
      "cluster-secret": "platform/clickhouse#cluster_secret",
    });
  });

  test("takes passwords that are declared already, of users that are there", () => {
    const { secret } = made((sources) => ({ credentials: { default: sources.bucket("promised").secretAccessKey } }));
    expect(secret("clickhouse-users").default).toBe("platform/store/promised#key");
    expect(() => made((sources) => ({ credentials: { analyst: sources.bucket("x").secretAccessKey } }))).toThrow(
      "there are credentials of analyst: use some of default, tools, or add the user",
    );
  });

  test("serves the promised ports, and the same with TLS", () => {
    const { servers, named, clickHouse } = made();
    expect(servers().templates.serviceTemplates[0].spec.ports).toEqual([
      { name: "http", port: 8123, targetPort: 8123 },
      { name: "native", port: 9000, targetPort: 9000 },
      { name: "https", port: 8443, targetPort: 8443 },
      { name: "native-tls", port: 9440, targetPort: 9440 },
    ]);
    expect(clickHouse.ports).toMatchObject({ http: { port: 8123 }, native: { port: 9000 } });
    expect(servers().configuration.files["config.d/tls.xml"]).toContain(
      "<certificateFile>/etc/clickhouse-tls/tls.crt</certificateFile>",
    );
    expect(servers().templates.podTemplates[0].spec.volumes).toContainEqual({
      name: "tls",
      secret: { secretName: "clickhouse-tls" },
    });
    expect(named("Certificate", "clickhouse-tls").spec).toMatchObject({
      secretName: "clickhouse-tls",
      // Vault signs no other form of a name.
      dnsNames: ["clickhouse-clickhouse.data-platform.svc", "clickhouse.data-platform.svc"],
    });
  });

  test("keeps tables in a bucket with a folder for each server, its keys in the environment", () => {
    const { servers, secret, flows } = made((sources) => ({
      objectStorage: { bucket: sources.bucket("clickhouse"), use: "available" },
    }));
    const file = servers().configuration.files["config.d/storage.xml"] ?? "";
    expect(file).toContain("<endpoint>http://store.data-platform.svc:8333/clickhouse/clickhouse/{replica}/</endpoint>");
    expect(file).toContain('<access_key_id from_env="S3_ACCESS_KEY_ID"/>');
    expect(file).toContain("<max_size>5120Mi</max_size>");
    expect(file).not.toContain("merge_tree");
    expect(servers().templates.podTemplates[0].spec.containers[0].env).toEqual([
      { name: "S3_ACCESS_KEY_ID", valueFrom: { secretKeyRef: { name: "clickhouse-s3", key: "S3_ACCESS_KEY_ID" } } },
      {
        name: "S3_SECRET_ACCESS_KEY",
        valueFrom: { secretKeyRef: { name: "clickhouse-s3", key: "S3_SECRET_ACCESS_KEY" } },
      },
    ]);
    expect(secret("clickhouse-s3")).toEqual({
      S3_ACCESS_KEY_ID: "platform/store/clickhouse#id",
      S3_SECRET_ACCESS_KEY: "platform/store/clickhouse#key",
    });
    expect(flows).toContain("clickhouse -> store 8333");
  });

  test("puts all tables into the bucket where that is the default", () => {
    const { servers } = made((sources) => ({
      objectStorage: { bucket: sources.bucket("clickhouse"), use: "default" },
    }));
    expect(servers().configuration.files["config.d/storage.xml"]).toContain(
      "<merge_tree><storage_policy>s3</storage_policy></merge_tree>",
    );
  });

  test("restarts for another password or key pair", () => {
    const { servers } = made((sources) => ({
      objectStorage: { bucket: sources.bucket("clickhouse"), use: "available" },
    }));
    expect(servers().templates.podTemplates[0].metadata).toEqual({
      annotations: { "secret.reloader.stakater.com/reload": "clickhouse-users,clickhouse-s3" },
    });
  });

  test("keeps its volumes when it goes, unless a plan may destroy data", () => {
    const policies = (allowDestroy: boolean) => {
      const { servers, keepers } = made({ ...several, storageClass: "fast" }, serviceStacks({ allowDestroy }));
      return [servers(), keepers()].flatMap(({ templates }) => templates.volumeClaimTemplates);
    };
    expect(policies(false)).toMatchObject([
      {
        reclaimPolicy: "Retain",
        spec: { storageClassName: "fast", resources: { requests: { storage: "20Gi" } } },
      },
      { reclaimPolicy: "Retain", spec: { storageClassName: "fast", resources: { requests: { storage: "5Gi" } } } },
    ]);
    expect(policies(true)).toMatchObject([{ reclaimPolicy: "Delete" }, { reclaimPolicy: "Delete" }]);
  });

  test("runs restricted as the images' user, without a token, and is asked /ping", () => {
    const { servers, keepers } = made(several);
    const pods = [servers(), keepers()].map(({ templates }) => templates.podTemplates[0].spec);
    for (const pod of pods) {
      expect(pod).toMatchObject({
        serviceAccountName: "clickhouse",
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 101,
          fsGroup: 101,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [{ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
      });
    }
    expect(pods[0]?.containers[0]).toMatchObject({
      readinessProbe: { httpGet: { path: "/ping", port: "http" } },
      livenessProbe: { httpGet: { path: "/ping", port: "http" } },
    });
  });

  test("may load large tables for half an hour before it answers", () => {
    const { startupProbe } = made().servers().templates.podTemplates[0].spec.containers[0] as {
      startupProbe: { periodSeconds: number; failureThreshold: number };
    };
    expect(startupProbe).toMatchObject({ httpGet: { path: "/ping", port: "http" } });
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(30 * 60);
  });

  test("goes before the policies by which its operator takes it down, and so does the operator", () => {
    const { stacks } = made((sources) => ({
      ...several,
      objectStorage: { bucket: sources.bucket("clickhouse"), use: "available" },
    }));
    expect(policiesBefore(stacks.services, "clickhouse-objects")).toHaveLength(stacks.flows.policies.length);
    expect(policiesBefore(stacks.services, "clickhouse-operator")).toEqual([
      expect.stringContaining("clickhouse-operator-to-api-server"),
    ]);
  });

  test("takes settings, files, image and user of its own", () => {
    const { servers } = made({
      config: { max_concurrent_queries: 50 },
      profile: { max_execution_time: 60 },
      files: { "config.d/own.xml": "<clickhouse/>" },
      image: "registry.example.com/clickhouse:25.8.1",
      runAs: { user: 2000, group: 3000 },
    });
    const { configuration, templates } = servers();
    expect(configuration.settings).toMatchObject({ max_concurrent_queries: 50, "prometheus/port": 9363 });
    expect(configuration.profiles).toEqual({ "default/max_execution_time": 60 });
    expect(configuration.files["config.d/own.xml"]).toBe("<clickhouse/>");
    expect(templates.podTemplates[0].spec).toMatchObject({
      securityContext: { runAsUser: 2000, runAsGroup: 3000, fsGroup: 3000 },
      containers: [{ image: "registry.example.com/clickhouse:25.8.1" }],
    });
  });

  test("is reached by its operator, its replicas and Keepers only as far as they are there", () => {
    expect(made().flows).toEqual(["clickhouse-operator -> api-server 6443", "clickhouse-operator -> clickhouse 8123"]);
    expect(made(several).flows).toEqual([
      "clickhouse-operator -> api-server 6443",
      "clickhouse-operator -> clickhouse 8123",
      "clickhouse -> clickhouse 9000,9009",
      "clickhouse -> clickhouse-keeper 2181",
      "clickhouse-keeper -> clickhouse-keeper 9444",
    ]);
  });

  test("is an engine that Trino shows as a catalogue", () => {
    const { clickHouse, stacks, sources } = made();
    expect(clickHouse.engine).toMatchObject({
      dialect: "clickhousedb",
      host: "clickhouse-clickhouse.data-platform.svc",
      port: 8443,
      tls: true,
      user: { name: "tools" },
    });
    const trino = sources.trino({ engines: [clickHouse.engine] });
    expect(trino).toBeInstanceOf(Trino);
    expect(valuesOf(stacks.services, "trino").catalogs).toHaveProperty("clickhouse");
    expect(stacks.flows.flows.map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports}`)).toContain(
      "trino -> clickhouse 8443",
    );
  });

  test("tells metrics of servers and of Keepers", () => {
    expect(made().clickHouse.metrics.map(({ name, port }) => `${name} ${port}`)).toEqual(["clickhouse 9363"]);
    expect(made(several).clickHouse.metrics.map(({ name }) => name)).toEqual(["clickhouse", "clickhouse-keeper"]);
  });
});

describe("The operator of ClickHouse", () => {
  test("has a user of its own and a Role in the one namespace, and brings no hook", () => {
    const { stacks, secret } = made();
    expect(valuesOf(stacks.services, "clickhouse-operator")).toMatchObject({
      crdHook: { enabled: false },
      secret: { create: false },
      rbac: { namespaceScoped: true },
      metrics: { enabled: false },
      configs: {
        files: {
          "config.yaml": {
            watch: { namespaces: ["data-platform"] },
            clickhouse: { access: { secret: { name: "clickhouse-operator-access" } } },
          },
        },
      },
      podSecurityContext: { runAsNonRoot: true, runAsUser: 65534 },
      podAnnotations: { "secret.reloader.stakater.com/reload": "clickhouse-operator-access" },
    });
    expect(secret("clickhouse-operator-access")).toEqual({
      username: "platform/clickhouse-operator#username",
      password: "platform/clickhouse-operator#password",
    });
  });

  test("is there before the servers and goes after them", () => {
    const { stacks, clickHouse } = made();
    const release = releasesOf(stacks.services).find(({ name }) => name === "clickhouse-objects");
    expect(release?.dependsOn.join()).toContain("ClickHouseOperator_Release");
    // Helm waits at the end too: the operator takes the servers down before it goes itself.
    expect(clickHouse.installation.release.wait).toBe(true);
  });
});

const data = ChartData.find();

(data ? describe : describe.skip)("ClickHouse's releases", () => {
  test("have values that the chart knows", () => {
    const chart = "altinity-clickhouse-operator";
    for (const settings of [{}, { imageRegistry: "localhost:5001" }]) {
      const values = valuesOf(made({}, serviceStacks(settings)).stacks.services, "clickhouse-operator");
      const contract = { defaults: data?.values(chart) ?? {}, schema: data?.schema(chart), free: ["podAnnotations"] };
      expect(valuesProblems(values, contract)).toEqual([]);
    }
  });

  test("have objects that their definitions take", () => {
    const { objects } = made((sources) => ({
      ...several,
      objectStorage: { bucket: sources.bucket("clickhouse"), use: "default" },
      config: { max_concurrent_queries: 50 },
      profile: { max_execution_time: 60 },
    }));
    const checked = objects.filter(({ apiVersion }) => apiVersion.split("/")[0]?.includes("altinity.com"));
    expect(checked.map(({ kind }) => kind).sort()).toEqual(["ClickHouseInstallation", "ClickHouseKeeperInstallation"]);
    for (const object of checked) {
      const schema = data?.definition(object.apiVersion, object.kind);
      expect(schema && objectProblems(object, schema)).toEqual([]);
    }
  });
});
