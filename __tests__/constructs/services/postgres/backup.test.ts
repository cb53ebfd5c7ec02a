import type { TerraformStack } from "cdktf";
import { isPointInTime, Postgres, type PostgresProps } from "../../../../constructs/services/postgres";
import { ChartData } from "../../../support/chart-data";
import { objectProblems } from "../../../support/crd-contract";
import { type DeliveredObject, objectsOf, releasesOf } from "../../../support/releases";
import { exampleBucket } from "../example-bucket";
import { namespace, type ServiceStacks, serviceStacks, small } from "../service-stacks";

function postgres(stacks: ServiceStacks, props: Partial<PostgresProps> = {}): Postgres {
  return new Postgres(stacks.services, "Postgres", {
    context: stacks.context,
    namespace,
    instances: 1,
    storage: "10Gi",
    resources: small,
    ...props,
  });
}

const backupOf = (stacks: ServiceStacks) => ({
  bucket: exampleBucket(stacks, "postgres-backup"),
  schedule: "30 1 * * *",
  keepDays: 14,
});

function specOf(stack: TerraformStack, kind: string, name: string): unknown {
  const found = objectsOf(releasesOf(stack)).filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found).toHaveLength(1);
  return (found[0] as DeliveredObject).spec;
}

describe("backups", () => {
  test("go to the bucket, whole ones on the schedule and the log as it is written", () => {
    const stacks = serviceStacks();
    postgres(stacks, { backup: backupOf(stacks) });
    expect(specOf(stacks.services, "Cluster", "postgres")).toMatchObject({
      plugins: [
        {
          name: "barman-cloud.cloudnative-pg.io",
          isWALArchiver: true,
          parameters: { barmanObjectName: "postgres-backup", serverName: "postgres" },
        },
      ],
      bootstrap: { initdb: {} },
    });
    expect(specOf(stacks.services, "ObjectStore", "postgres-backup")).toMatchObject({
      retentionPolicy: "14d",
      configuration: { destinationPath: "s3://postgres-backup/", endpointURL: "http://s3.data-platform.svc:8333" },
    });
    expect(specOf(stacks.services, "ScheduledBackup", "postgres")).toMatchObject({
      schedule: "0 30 1 * * *",
      cluster: { name: "postgres" },
      method: "plugin",
      immediate: true,
    });
  });

  test("read the bucket's keys from a Secret that has them", () => {
    const stacks = serviceStacks();
    postgres(stacks, { backup: backupOf(stacks) });
    const { configuration } = specOf(stacks.services, "ObjectStore", "postgres-backup") as {
      configuration: { s3Credentials: { [part: string]: { name: string; key: string } } };
    };
    const { data } = specOf(stacks.services, "ExternalSecret", "postgres-backup-s3") as {
      data: readonly { secretKey: string; remoteRef: { key: string; property: string } }[];
    };
    expect(configuration.s3Credentials).toEqual({
      accessKeyId: { name: "postgres-backup-s3", key: "ACCESS_KEY_ID" },
      secretAccessKey: { name: "postgres-backup-s3", key: "ACCESS_SECRET_KEY" },
    });
    expect(data.map(({ secretKey, remoteRef }) => [secretKey, remoteRef.property])).toEqual([
      ["ACCESS_KEY_ID", "id"],
      ["ACCESS_SECRET_KEY", "secret"],
    ]);
  });

  test("ask no encryption of the store, which few stores know", () => {
    const stacks = serviceStacks();
    postgres(stacks, { backup: backupOf(stacks) });
    expect(JSON.stringify(specOf(stacks.services, "ObjectStore", "postgres-backup"))).not.toContain("encryption");
  });

  test("open the way to the store, and to nothing else", () => {
    const rows = (stacks: ServiceStacks) => stacks.flows.flows.map(({ from, to }) => `${from.name} -> ${to.name}`);
    const without = serviceStacks();
    postgres(without);
    const stacks = serviceStacks();
    postgres(stacks, { backup: backupOf(stacks) });
    expect(rows(stacks)).toEqual([...rows(without), "postgres -> s3"]);
  });

  test("have alerts, and none without backups", () => {
    const stacks = serviceStacks();
    const alerts = ({ metrics }: Postgres) => metrics.alerts?.map(({ name }) => name);
    expect(alerts(postgres(serviceStacks()))).toEqual([]);
    expect(alerts(postgres(stacks, { backup: backupOf(stacks), instances: 3 }))).toEqual([
      "PostgresReplicationLag",
      "PostgresBackupFailed",
      "PostgresBackupTooOld",
      "PostgresArchivingFails",
    ]);
  });

  test.each([
    ["30 1 * * *", 2],
    ["30 1 * * 0", 8],
    ["30 1 1 * *", 32],
  ])("on the schedule %s are too old after %i days", (schedule, days) => {
    const stacks = serviceStacks();
    const { metrics } = postgres(stacks, { backup: { ...backupOf(stacks), schedule } });
    const tooOld = metrics.alerts?.find(({ name }) => name === "PostgresBackupTooOld");
    expect(tooOld?.expression).toContain(`> ${days * 24 * 60 * 60}`);
  });
});

describe("a restore", () => {
  test("reads one folder of the bucket up to a point in time and writes to another", () => {
    const stacks = serviceStacks();
    postgres(stacks, {
      backup: { ...backupOf(stacks), folder: "postgres-2" },
      restore: { from: "postgres", targetTime: "2026-11-20T14:30:00Z" },
    });
    expect(specOf(stacks.services, "Cluster", "postgres")).toMatchObject({
      bootstrap: { recovery: { source: "origin", recoveryTarget: { targetTime: "2026-11-20T14:30:00Z" } } },
      externalClusters: [
        { name: "origin", plugin: { parameters: { barmanObjectName: "postgres-backup", serverName: "postgres" } } },
      ],
      plugins: [{ parameters: { serverName: "postgres-2" } }],
    });
  });

  test("without a time goes to the end of the log", () => {
    const stacks = serviceStacks();
    postgres(stacks, { backup: { ...backupOf(stacks), folder: "postgres-2" }, restore: { from: "postgres" } });
    expect(specOf(stacks.services, "Cluster", "postgres")).toMatchObject({
      bootstrap: { recovery: { source: "origin" } },
    });
  });

  test("is refused without a backup, into the folder it reads, and to a time that is none", () => {
    const refused = (props: (stacks: ServiceStacks) => Partial<PostgresProps>) => {
      const stacks = serviceStacks();
      return () => postgres(stacks, props(stacks));
    };
    expect(refused(() => ({ restore: { from: "postgres" } }))).toThrow("restore has no backup: state the backup");
    expect(refused((stacks) => ({ backup: backupOf(stacks), restore: { from: "postgres" } }))).toThrow(
      'restore.from and backup.folder are both "postgres": write the restored server\'s backups to another folder',
    );
    expect(
      refused((stacks) => ({
        backup: { ...backupOf(stacks), folder: "postgres-2" },
        restore: { from: "postgres", targetTime: "2026-11-20" },
      })),
    ).toThrow('restore.targetTime is "2026-11-20": write date, time and zone');
  });
});

test.each([
  ["2026-11-20T14:30:00Z", true],
  ["2026-11-20T14:30:00.123456+02:00", true],
  ["2026-11-20T14:30:00", false],
  ["2026-11-20 14:30:00Z", false],
  ["2026-02-30T14:30:00Z", false],
  ["2026-11-20T25:30:00Z", false],
])("%s is a point in time: %s", (text, expected) => {
  expect(isPointInTime(text)).toBe(expected);
});

test("takes an image and parameters, which go before its own", () => {
  const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
  const made = postgres(stacks, {
    image: "ghcr.io/cloudnative-pg/postgresql:16.10",
    config: { shared_buffers: "64MB", max_connections: "200" },
    storageClass: "fast",
  });
  expect(specOf(stacks.services, "Cluster", "postgres")).toMatchObject({
    imageName: "localhost:5001/cloudnative-pg/postgresql:16.10",
    postgresql: { parameters: { shared_buffers: "64MB", max_connections: "200" } },
    storage: { storageClass: "fast" },
  });
  expect(made.database("nessie").clientImage).toBe("localhost:5001/cloudnative-pg/postgresql:16.10");
});

describe("poolers", () => {
  const poolers = [
    { type: "rw", instances: 2, mode: "transaction", clients: 500, connections: 20 },
    { type: "ro", instances: 1 },
  ] as const;

  test("share connections to the servers, encrypted on both sides", () => {
    const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
    const made = postgres(stacks, { instances: 3, poolers });
    expect(specOf(stacks.services, "Pooler", "postgres-pooler-rw")).toMatchObject({
      type: "rw",
      instances: 2,
      pgbouncer: {
        image: expect.stringMatching(/^localhost:5001\/cloudnative-pg\/pgbouncer:\d/),
        poolMode: "transaction",
        parameters: { max_client_conn: "500", default_pool_size: "20", client_tls_sslmode: "require" },
      },
    });
    expect(specOf(stacks.services, "PodDisruptionBudget", "postgres-pooler-rw")).toMatchObject({ maxUnavailable: 1 });
    expect(made.poolers.map(({ host, server }) => `${host}:${server.port}`)).toEqual([
      "postgres-pooler-rw.data-platform.svc:5432",
      "postgres-pooler-ro.data-platform.svc:5432",
    ]);
  });

  test("are named in the servers' certificate, which they show", () => {
    const stacks = serviceStacks();
    const made = postgres(stacks, { instances: 3, poolers });
    expect(specOf(stacks.services, "Certificate", "postgres-tls")).toMatchObject({
      dnsNames: expect.arrayContaining(made.poolers.map(({ host }) => host)),
    });
  });

  test("call the API and the servers", () => {
    const stacks = serviceStacks();
    postgres(stacks, { instances: 3, poolers });
    expect(
      stacks.flows.flows
        .filter(({ from }) => from.name.includes("pooler"))
        .map(({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.join(",")}`),
    ).toEqual([
      "postgres-pooler-rw -> api-server 6443",
      "postgres-pooler-rw -> postgres 5432",
      "postgres-pooler-ro -> api-server 6443",
      "postgres-pooler-ro -> postgres 5432",
    ]);
  });

  test("are refused twice of a type, and to followers that are not there", () => {
    const twice = [poolers[0], poolers[0]];
    expect(() => postgres(serviceStacks(), { poolers: twice })).toThrow("there are two poolers of type rw");
    expect(() => postgres(serviceStacks(), { poolers })).toThrow("there is a pooler of type ro and one server");
  });
});

const data = ChartData.find();

(data ? test : test.skip)("the operator and its plugin understand every object", () => {
  const stacks = serviceStacks();
  postgres(stacks, {
    instances: 3,
    backup: { ...backupOf(stacks), folder: "postgres-2" },
    restore: { from: "postgres", targetTime: "2026-11-20T14:30:00Z" },
    poolers: [{ type: "rw", instances: 2 }],
    config: { max_connections: "200" },
  });
  const custom = objectsOf(releasesOf(stacks.services)).filter(({ apiVersion }) => apiVersion.includes("."));
  const kinds = custom.flatMap((object) => {
    const schema = data?.definition(object.apiVersion, object.kind);
    expect(schema ? objectProblems(object, schema) : []).toEqual([]);
    return schema ? [object.kind] : [];
  });
  expect(kinds).toEqual(expect.arrayContaining(["Cluster", "ObjectStore", "ScheduledBackup", "Pooler", "Certificate"]));
});
