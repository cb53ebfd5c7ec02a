import { MariaDb, type MariaDbProps } from "../../../../constructs/services/mariadb";
import { ChartData } from "../../../support/chart-data";
import { objectProblems } from "../../../support/crd-contract";
import { type DeliveredObject, objectsOf, policiesBefore, releasesOf } from "../../../support/releases";
import { exampleBucket } from "../example-bucket";
import { namespace, type ServiceStacks, serviceStacks, small } from "../service-stacks";

function mariadb(stacks: ServiceStacks, props: Partial<MariaDbProps> = {}): MariaDb {
  return new MariaDb(stacks.services, "MariaDb", {
    context: stacks.context,
    namespace,
    replicas: 1,
    storage: "10Gi",
    resources: small,
    ...props,
  });
}

function object(stacks: ServiceStacks, kind: string, name: string): DeliveredObject {
  const found = objectsOf(releasesOf(stacks.services)).filter(
    (candidate) => candidate.kind === kind && candidate.metadata.name === name,
  );
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject;
}

const schedule = { schedule: "0 1 * * *", keepDays: 30 } as const;

const reader = {
  name: "report_reader",
  grants: [{ database: "sales", privileges: ["SELECT"] }],
} as const;

test("the servers go before the policies by which their operator reaches them", () => {
  const stacks = serviceStacks();
  mariadb(stacks);
  expect([...policiesBefore(stacks.services, "mariadb-objects")].sort()).toEqual([
    "mariadb-operator-to-mariadb-egress",
    "mariadb-operator-to-mariadb-ingress",
  ]);
});

describe("a backup", () => {
  test("goes to a bucket, by keys of a Secret that has them", () => {
    const stacks = serviceStacks();
    const bucket = exampleBucket(stacks, "mariadb-backup", "https://s3.example.com");
    mariadb(stacks, { backup: { ...schedule, to: { kind: "bucket", bucket } } });
    expect(object(stacks, "Backup", "mariadb-backup").spec).toMatchObject({
      mariaDbRef: { name: "mariadb" },
      schedule: { cron: "0 1 * * *" },
      timeZone: "Etc/UTC",
      maxRetention: "720h",
      storage: {
        s3: {
          bucket: "mariadb-backup",
          endpoint: "s3.example.com",
          tls: { enabled: true },
          accessKeyIdSecretKeyRef: { name: "mariadb-backup-s3", key: "AWS_ACCESS_KEY_ID" },
          secretAccessKeySecretKeyRef: { name: "mariadb-backup-s3", key: "AWS_SECRET_ACCESS_KEY" },
        },
      },
    });
    expect(object(stacks, "ExternalSecret", "mariadb-backup-s3").spec).toMatchObject({
      data: [{ secretKey: "AWS_ACCESS_KEY_ID" }, { secretKey: "AWS_SECRET_ACCESS_KEY" }],
    });
  });

  test("goes to a store in the cluster without TLS where the store has none", () => {
    const stacks = serviceStacks();
    mariadb(stacks, {
      backup: { ...schedule, to: { kind: "bucket", bucket: exampleBucket(stacks, "mariadb-backup") } },
    });
    expect(object(stacks, "Backup", "mariadb-backup").spec).toMatchObject({
      storage: { s3: { endpoint: "s3.data-platform.svc:8333", tls: { enabled: false } } },
    });
  });

  test("goes to a volume", () => {
    const stacks = serviceStacks();
    mariadb(stacks, { backup: { ...schedule, to: { kind: "volume", size: "20Gi", storageClass: "slow" } } });
    expect(object(stacks, "Backup", "mariadb-backup").spec).toMatchObject({
      storage: { persistentVolumeClaim: { storageClassName: "slow", resources: { requests: { storage: "20Gi" } } } },
    });
  });

  test("is taken by a restricted pod without a token, which reaches server and store", () => {
    const stacks = serviceStacks();
    mariadb(stacks, {
      backup: { ...schedule, to: { kind: "bucket", bucket: exampleBucket(stacks, "mariadb-backup") } },
    });
    expect(object(stacks, "Backup", "mariadb-backup").spec).toMatchObject({
      serviceAccountName: "mariadb-backup",
      podMetadata: { labels: { "app.kubernetes.io/name": "mariadb-backup" } },
      podSecurityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: "RuntimeDefault" } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    });
    expect(object(stacks, "ServiceAccount", "mariadb-backup")).toMatchObject({ automountServiceAccountToken: false });
    expect(
      stacks.flows.flows
        .filter(({ from }) => from.name === "mariadb-backup")
        .map(({ from, to, ports }) => [("podLabels" in from && from.podLabels) || {}, to.name, ports]),
    ).toEqual([
      [{ "app.kubernetes.io/name": "mariadb-backup" }, "mariadb", [3306]],
      [{ "app.kubernetes.io/name": "mariadb-backup" }, "s3", [8333]],
    ]);
  });
});

describe("a user", () => {
  test("has a password of its own and the rights that are granted, over TLS", () => {
    const stacks = serviceStacks();
    const made = mariadb(stacks);
    made.database("sales");
    expect(made.user(reader)).toMatchObject({
      secret: { mount: "platform", path: "mariadb/users/report-reader" },
      key: "password",
    });
    expect(object(stacks, "User", "user-mariadb-report-reader").spec).toMatchObject({
      name: "report_reader",
      passwordSecretKeyRef: { name: "user-mariadb-report-reader", key: "password" },
      require: { ssl: true },
      cleanupPolicy: "Skip",
    });
    expect(object(stacks, "Grant", "user-mariadb-report-reader-0").spec).toMatchObject({
      database: "sales",
      table: "*",
      username: "report_reader",
      privileges: ["SELECT"],
    });
    expect(object(stacks, "ExternalSecret", "user-mariadb-report-reader").spec).toMatchObject({
      data: [{ secretKey: "password" }],
    });
  });

  test("is refused twice, and with a name that would have to be quoted", () => {
    const made = mariadb(serviceStacks());
    made.user(reader);
    expect(() => made.user(reader)).toThrow('user "report_reader" is there twice: put all its grants into one');
    expect(() => made.user({ ...reader, name: "a b" })).toThrow('user is "a b": use at most 41 lower-case letters');
  });
});

describe("an exporter", () => {
  test("logs in over TLS as a user without rights", () => {
    const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
    mariadb(stacks, { exporter: true });
    expect(object(stacks, "User", "mariadb-exporter").spec).toMatchObject({
      name: "metrics-exporter",
      passwordSecretKeyRef: { name: "mariadb-exporter", key: "password" },
      require: { ssl: true },
    });
    const grants = objectsOf(releasesOf(stacks.services)).filter(({ kind }) => kind === "Grant");
    expect(grants).toEqual([]);
    const { template } = object(stacks, "Deployment", "mariadb-exporter").spec as {
      template: { spec: { containers: readonly { image: string; args: readonly string[]; env: readonly object[] }[] } };
    };
    const [container] = template.spec.containers;
    expect(container?.image).toMatch(/^localhost:5001\/prom\/mysqld-exporter:v\d/);
    expect(container?.args).toContain("--mysqld.address=mariadb.data-platform.svc:3306");
    expect(JSON.stringify(container?.env)).toContain('"secretKeyRef":{"key":"password","name":"mariadb-exporter"}');
  });

  test("is there when it is asked for, with alerts on the servers and their backup", () => {
    expect(mariadb(serviceStacks()).metrics).toBeUndefined();
    const backup = { ...schedule, to: { kind: "volume", size: "20Gi" } } as const;
    const { metrics } = mariadb(serviceStacks(), { exporter: true, replicas: 3, backup });
    expect(metrics?.alerts?.map(({ name }) => name)).toEqual([
      ...["MariaDbDown", "MariaDbConnectionsUsed", "MariaDbServerLost", "MariaDbBackupTooOld"],
    ]);
  });

  test("reaches the server, and nothing else", () => {
    const stacks = serviceStacks();
    mariadb(stacks, { exporter: true });
    const rows = stacks.flows.flows.filter(({ from }) => from.name === "mariadb-exporter");
    expect(rows.map(({ to, ports }) => `${to.name} ${ports.join(",")}`)).toEqual(["mariadb 3306"]);
  });
});

test("takes an image and settings, which go after its own", () => {
  const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
  mariadb(stacks, { image: "docker.io/library/mariadb:11.4.8", config: { innodb_buffer_pool_size: "64M" } });
  const { image, myCnf } = object(stacks, "MariaDB", "mariadb").spec as { image: string; myCnf: string };
  expect(image).toBe("localhost:5001/library/mariadb:11.4.8");
  expect(myCnf.trim().split("\n").at(-1)).toBe("innodb_buffer_pool_size=64M");
});

const data = ChartData.find();

(data ? test : test.skip)("the operator understands every object", () => {
  const stacks = serviceStacks();
  const bucket = exampleBucket(stacks, "mariadb-backup");
  mariadb(stacks, { backup: { ...schedule, to: { kind: "bucket", bucket } } }).user(reader);
  const volume = serviceStacks();
  mariadb(volume, { exporter: true, backup: { ...schedule, to: { kind: "volume", size: "20Gi" } } });
  const objects = [stacks, volume].flatMap(({ services }) => objectsOf(releasesOf(services)));
  const custom = objects.filter(({ apiVersion }) => apiVersion.includes("."));
  const kinds = custom.flatMap((each) => {
    const schema = data?.definition(each.apiVersion, each.kind);
    expect(schema ? objectProblems(each, schema) : []).toEqual([]);
    return schema ? [each.kind] : [];
  });
  expect(kinds).toEqual(expect.arrayContaining(["MariaDB", "Backup", "User", "Grant"]));
});
