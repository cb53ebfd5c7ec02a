import { images } from "../../../../charts";
import { Nessie, type NessieProps } from "../../../../constructs/services/nessie";
import { Postgres } from "../../../../constructs/services/postgres";
import { ChartData } from "../../../support/chart-data";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../../support/releases";
import { valuesProblems } from "../../../support/values-contract";
import { exampleBucket } from "../example-bucket";
import { namespace, type ServiceStacks, serviceStacks, small } from "../service-stacks";

function nessie(stacks: ServiceStacks, props: Partial<NessieProps> = {}): Nessie {
  const { context } = stacks;
  const postgres = new Postgres(stacks.services, "Postgres", {
    context,
    namespace,
    instances: 1,
    storage: "10Gi",
    resources: small,
  });
  return new Nessie(stacks.services, "Nessie", {
    context,
    namespace,
    replicas: 1,
    resources: small,
    database: postgres.database("nessie"),
    warehouse: exampleBucket(stacks, "warehouse"),
    ...props,
  });
}

const backupOf = (stacks: ServiceStacks) => ({
  schedule: "0 2 * * *",
  keepDays: 30,
  bucket: exampleBucket(stacks, "nessie-backup"),
});

const gc = { schedule: "0 4 * * 0", keepDays: 30 } as const;

interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface CronJob extends DeliveredObject {
  readonly spec: {
    readonly schedule: string;
    readonly suspend: boolean;
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly metadata: { readonly labels: { readonly [label: string]: string } };
          readonly spec: {
            readonly automountServiceAccountToken: boolean;
            readonly securityContext: object;
            readonly initContainers: readonly Container[];
            readonly containers: readonly Container[];
            readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
          };
        };
      };
    };
  };
}

const delivered = ({ services }: ServiceStacks) => objectsOf(releasesOf(services));

function job(stacks: ServiceStacks, name: string): CronJob {
  const found = delivered(stacks).filter((object) => object.kind === "CronJob" && object.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0] as CronJob;
}

const podOf = (cronJob: CronJob) => cronJob.spec.jobTemplate.spec.template;

const containersOf = (cronJob: CronJob) => [...podOf(cronJob).spec.initContainers, ...podOf(cronJob).spec.containers];

describe("the backup", () => {
  test("is a job at two in the night that dumps with the server's programs and then uploads", () => {
    const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
    nessie(stacks, { backup: backupOf(stacks) });
    const made = job(stacks, "nessie-backup");
    expect(made.spec).toMatchObject({ schedule: "0 2 * * *", timeZone: "Etc/UTC", suspend: false });
    expect(containersOf(made).map(({ name, image }) => `${name} ${image}`)).toEqual([
      `dump ${images.postgres.replace("ghcr.io", "localhost:5001")}`,
      `store ${images.rclone.replace("docker.io", "localhost:5001")}`,
    ]);
  });

  test("has beside it a job that restores, which waits to be started", () => {
    const stacks = serviceStacks();
    nessie(stacks, { backup: backupOf(stacks) });
    const made = job(stacks, "nessie-restore");
    expect(made.spec.suspend).toBe(true);
    expect(containersOf(made).map(({ name }) => name)).toEqual(["fetch", "load"]);
  });

  test.each(["nessie-backup", "nessie-restore"])("%s meets the restricted profile and has no token", (name) => {
    const stacks = serviceStacks();
    nessie(stacks, { backup: backupOf(stacks), gc });
    const made = job(stacks, name);
    expect(podOf(made).spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 26, seccompProfile: { type: "RuntimeDefault" } },
    });
    for (const { securityContext } of containersOf(made)) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
      });
    }
  });

  test("names only Secrets, keys and scripts that are there", () => {
    const stacks = serviceStacks();
    nessie(stacks, { backup: backupOf(stacks), gc });
    const objects = delivered(stacks);
    const secrets = new Map(
      objects
        .filter(({ kind }) => kind === "ExternalSecret")
        .map(({ metadata, spec }) => [
          metadata.name,
          (spec as { data: readonly { secretKey: string }[] }).data.map(({ secretKey }) => secretKey),
        ]),
    );
    const scripts = objects.find(({ kind }) => kind === "ConfigMap") as unknown as { data: { [file: string]: string } };
    const jobs = ["nessie-backup", "nessie-restore", "nessie-gc"].map((name) => job(stacks, name));
    for (const container of jobs.flatMap(containersOf)) {
      for (const { valueFrom } of container.env) {
        if (valueFrom) {
          const { name, key } = (valueFrom as { secretKeyRef: { name: string; key: string } }).secretKeyRef;
          expect([name, secrets.get(name)]).toEqual([name, expect.arrayContaining([key])]);
        }
      }
    }
    expect(Object.keys(scripts.data).sort()).toEqual(["dump.sh", "fetch.sh", "load.sh", "store.sh"]);
    const certificates = objects
      .filter(({ kind }) => kind === "Certificate")
      .map(({ spec }) => (spec as { secretName: string }).secretName);
    const [tls] = podOf(job(stacks, "nessie-backup")).spec.volumes.flatMap(({ secret }) => secret ?? []);
    expect(certificates).toContain(tls?.secretName);
  });

  test("checks whom it talks to and reaches the database and the store", () => {
    const stacks = serviceStacks();
    nessie(stacks, { backup: backupOf(stacks) });
    const [dump] = containersOf(job(stacks, "nessie-backup"));
    expect(dump?.env).toEqual(
      expect.arrayContaining([
        { name: "PGHOST", value: "postgres-rw.data-platform.svc" },
        { name: "PGSSLMODE", value: "verify-full" },
        { name: "PGSSLROOTCERT", value: "/tls/ca.crt" },
      ]),
    );
    const rows = stacks.flows.flows.filter(({ from }) => from.name === "nessie-backup");
    expect(rows.map(({ to, ports }) => `${to.name} ${ports.join(",")}`)).toEqual(["postgres 5432", "s3 8333"]);
    const labels = { "app.kubernetes.io/name": "nessie-backup" };
    expect(rows[0]?.from).toMatchObject({ podLabels: labels });
    for (const name of ["nessie-backup", "nessie-restore"]) {
      expect(podOf(job(stacks, name)).metadata.labels).toMatchObject(labels);
    }
  });

  test("is not mistaken for a server by the Service of the catalogue", () => {
    const stacks = serviceStacks();
    nessie(stacks, { backup: backupOf(stacks), gc });
    for (const name of ["nessie-backup", "nessie-restore", "nessie-gc"]) {
      expect(podOf(job(stacks, name)).metadata.labels["app.kubernetes.io/name"]).not.toBe("nessie");
    }
  });
});

describe("removal of files", () => {
  test("keeps what was in use within its days, and has its keys out of its arguments", () => {
    const stacks = serviceStacks();
    nessie(stacks, { gc });
    const [container] = containersOf(job(stacks, "nessie-gc"));
    expect(container?.args).toEqual([
      ...["gc", "--inmemory", "--uri", "http://nessie.data-platform.svc:19120/api/v2", "--default-cutoff", "P30D"],
    ]);
    const properties = container?.env.find(({ name }) => name === "NESSIE_GC_ICEBERG")?.value?.split(",");
    expect(properties).toContain("s3.secret-access-key=$(AWS_SECRET_ACCESS_KEY)");
    expect(properties).toContain("s3.endpoint=http://s3.data-platform.svc:8333");
  });

  test("is refused with several warehouses", () => {
    const stacks = serviceStacks();
    const otherWarehouses = [exampleBucket(stacks, "archive")];
    expect(() => nessie(stacks, { gc, otherWarehouses })).toThrow("gc is on and there are 2 warehouses");
  });
});

test("each further warehouse has keys of its own, and a catalogue", () => {
  const stacks = serviceStacks();
  const archive = exampleBucket(stacks, "archive");
  const made = nessie(stacks, { otherWarehouses: [archive] });
  expect(made.catalog("archive", archive)).toMatchObject({ warehouse: "archive", bucket: { name: "archive" } });
  expect(made.catalog("lake")).toMatchObject({ warehouse: "warehouse" });
  expect(valuesOf(stacks.services, "nessie")).toMatchObject({
    catalog: {
      iceberg: {
        defaultWarehouse: "warehouse",
        warehouses: [
          { name: "warehouse", location: "s3://warehouse/" },
          { name: "archive", location: "s3://archive/" },
        ],
      },
      storage: {
        s3: {
          defaultOptions: { accessKeySecret: { name: "nessie-s3-credentials" } },
          buckets: [{ name: "archive", accessKeySecret: { name: "nessie-s3-archive" } }],
        },
      },
    },
  });
});

test("takes an image, a user and properties", () => {
  const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
  nessie(stacks, {
    image: "ghcr.io/projectnessie/nessie:0.108.4",
    runAs: { user: 1000 },
    config: { "nessie.server.default-branch": "trunk" },
  });
  expect(valuesOf(stacks.services, "nessie")).toMatchObject({
    image: { repository: "localhost:5001/projectnessie/nessie", tag: "0.108.4" },
    podSecurityContext: { fsGroup: 1000 },
    securityContext: { runAsUser: 1000, runAsGroup: 1000 },
    advancedConfig: { "nessie.server.default-branch": "trunk" },
  });
});

const data = ChartData.find();

(data ? test : test.skip)("the chart understands all its values", () => {
  const stacks = serviceStacks();
  nessie(stacks, {
    image: "ghcr.io/projectnessie/nessie:0.108.4",
    runAs: { user: 1000 },
    otherWarehouses: [exampleBucket(stacks, "archive")],
    config: { "nessie.server.default-branch": "trunk" },
  });
  const values = valuesOf(stacks.services, "nessie");
  expect(valuesProblems(values, { defaults: data?.values("nessie") ?? {}, schema: data?.schema("nessie") })).toEqual(
    [],
  );
});
