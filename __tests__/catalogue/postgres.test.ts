import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { postgres } from "../../catalogue/postgres";
import type { ServicesInput } from "../../environments/schema";
import { describeProblem } from "../../environments/schema/errors";
import { serviceStacks } from "../constructs/services/service-stacks";
import { objectsOf, releasesOf } from "../support/releases";
import { resolved } from "./every-service";

const small = { size: "small" } as const;

function stacksWith(services: ServicesInput) {
  const stacks = serviceStacks();
  const platform = new DataPlatformServices(stacks.services, "DataPlatform", {
    context: stacks.context,
    services: resolved(services),
  });
  return { ...stacks, platform };
}

function built(services: ServicesInput) {
  const stacks = stacksWith(services);
  const { platform } = stacks;
  const objects = objectsOf(releasesOf(stacks.services)).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return { platform, objects };
}

const large = { size: "large" } as const;

const problems = (input: object) =>
  postgres.check?.(postgres.resolve(postgres.input.parse(input), small), {}).map(describeProblem);

test("keeps a week of backups in a small environment and a month in a large one", () => {
  const given = postgres.input.parse({ backup: {} });
  expect(postgres.resolve(given, small).backup).toEqual({
    ...{ schedule: "30 1 * * *", keepDays: 7, bucket: "postgres-backup", folder: "postgres" },
  });
  expect(postgres.resolve(given, large).backup).toMatchObject({ keepDays: 30 });
});

test("with backups needs the object store, a bucket, the plugin and room for its container", () => {
  const without = postgres.resolve(postgres.input.parse({}), small);
  const settings = postgres.resolve(postgres.input.parse({ backup: { bucket: "dumps" } }), small);
  expect(postgres.needs?.(without)).toEqual([]);
  expect(postgres.needs?.(settings)).toEqual([["objectStore"]]);
  expect(postgres.buckets?.(settings)).toEqual(["dumps"]);
  expect(postgres.operators?.(without).map(({ id }) => id)).toEqual(["CloudNativePg"]);
  expect(postgres.operators?.(settings).map(({ id }) => id)).toEqual(["CloudNativePg", "BarmanPlugin"]);
  expect(postgres.workloads(settings).map(({ component }) => component)).toEqual(["postgres", "postgres-backup"]);
});

test.each([
  [
    { restore: { from: "postgres" } },
    ["restore: from postgres; allowed: a restore beside a backup, whose bucket it is read from; add backup"],
  ],
  [
    { backup: {}, restore: { from: "postgres" } },
    [
      'backup.folder: "postgres"; allowed: another folder than restore.from: two histories cannot be in one; did you mean postgres-2?',
    ],
  ],
  [
    { backup: { folder: "postgres-2" }, restore: { from: "postgres", targetTime: "2026-02-30T00:00:00Z" } },
    [
      'restore.targetTime: "2026-02-30T00:00:00Z"; allowed: a point in time with its zone (RFC 3339); write it like 2026-11-20T14:30:00Z',
    ],
  ],
  [{ backup: { folder: "postgres-2" }, restore: { from: "postgres", targetTime: "2026-02-28T00:00:00Z" } }, []],
  [
    { instances: 1, poolers: [{ type: "rw" }, { type: "rw" }, { type: "ro" }] },
    [
      'poolers[1].type: "rw" again; allowed: one pooler of each type; give the other one more instances',
      'poolers[2].type: "ro" with one instance of PostgreSQL; allowed: ro where there are followers; set instances to 2 or more, or use rw',
    ],
  ],
  [{ instances: 2, poolers: [{ type: "rw" }, { type: "ro" }] }, []],
])("of %j says %j", (input, expected) => {
  expect(problems(input)).toEqual(expected);
});

test("is built with backups, poolers and their ports", () => {
  const { platform, objects } = built({
    objectStore: {},
    postgres: { backup: {}, instances: 2, poolers: [{ type: "rw" }], databases: ["sales"] },
  });
  expect(objects).toEqual(
    expect.arrayContaining(["ObjectStore postgres-backup", "ScheduledBackup postgres", "Pooler postgres-pooler-rw"]),
  );
  const offered = platform.offers.find(({ service }) => service === "postgres");
  expect(Object.keys(offered?.ports ?? {})).toEqual(["postgresql", "pooler-rw"]);
  expect(offered?.metrics?.map(({ port }) => port)).toEqual([9187, 9127]);
});

test("an alias leads to the server that is written to and to no other, and is in its certificate", () => {
  const { services } = stacksWith({
    postgres: { instances: 3, aliases: [{ name: "postgresql", ports: { 5432: "postgresql" } }] },
  });
  const objects = objectsOf(releasesOf(services));
  const alias = objects.find(({ kind, metadata }) => kind === "Service" && metadata.name === "postgresql");
  expect(alias?.spec).toMatchObject({
    selector: { "cnpg.io/cluster": "postgres", "cnpg.io/instanceRole": "primary" },
    ports: [{ port: 5432, targetPort: 5432 }],
  });
  const certificate = objects.find(({ metadata }) => metadata.name === "postgres-tls");
  expect(certificate?.spec).toMatchObject({
    dnsNames: expect.arrayContaining(["postgresql.data-platform.svc"]),
  });
});
