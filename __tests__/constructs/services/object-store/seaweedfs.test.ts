import { SeaweedFs, type SeaweedFsProps } from "../../../../constructs/services";
import { ChartData } from "../../../support/chart-data";
import { type DeliveredObject, objectsOf, releasesOf, type Values, valuesOf } from "../../../support/releases";
import { valuesProblems } from "../../../support/values-contract";
import { namespace, type ServiceStacks, serviceStacks, small } from "../service-stacks";

interface ComposedSecret {
  readonly target: { readonly template: { readonly data: Readonly<Record<string, string>> } };
}

function store(
  stacks: ServiceStacks,
  buckets: readonly string[] = ["warehouse", "hive"],
  more: Partial<SeaweedFsProps> = {},
): SeaweedFs {
  const { services, context } = stacks;
  const settings = { context, namespace, storage: "20Gi", resources: small, buckets };
  return new SeaweedFs(services, "ObjectStore", { ...settings, ...more });
}

function object(stacks: ServiceStacks, kind: string, name: string | RegExp): Values {
  const found = objectsOf(releasesOf(stacks.services)).filter(
    (each) =>
      each.kind === kind && (typeof name === "string" ? each.metadata.name === name : name.test(each.metadata.name)),
  );
  expect(found).toHaveLength(1);
  return found[0] as DeliveredObject;
}

test("is one restricted process on a claimed volume, with authentication on", () => {
  const stacks = serviceStacks();
  store(stacks);
  expect(valuesOf(stacks.services, "seaweedfs")).toMatchObject({
    master: { enabled: false },
    volume: { enabled: false },
    filer: {
      enabled: false,
      podSecurityContext: { enabled: true, runAsNonRoot: true },
      containerSecurityContext: { enabled: true, allowPrivilegeEscalation: false },
    },
    global: { seaweedfs: { createClusterRole: false, automountServiceAccountToken: false } },
    allInOne: {
      enabled: true,
      resources: small,
      podSecurityContext: { enabled: true, runAsUser: 1000, runAsNonRoot: true },
      containerSecurityContext: { enabled: true, capabilities: { drop: ["ALL"] } },
      data: { type: "persistentVolumeClaim", size: "20Gi", annotations: { "helm.sh/resource-policy": "keep" } },
      s3: {
        enabled: true,
        enableAuth: true,
        existingConfigSecret: "seaweedfs-s3-identities",
        createBuckets: [{ name: "warehouse" }, { name: "hive" }],
      },
    },
  });
});

test("gives each bucket a key pair that opens that bucket only", () => {
  const stacks = serviceStacks();
  store(stacks);
  const secrets = objectsOf(releasesOf(stacks.services)).filter(({ kind }) => kind === "ExternalSecret");
  expect(secrets).toHaveLength(1);
  const { target } = (secrets[0] as DeliveredObject & { spec: ComposedSecret }).spec;
  expect(JSON.parse(target.template.data.seaweedfs_s3_config ?? "")).toEqual({
    identities: ["warehouse", "hive"].map((bucket) => ({
      name: bucket,
      credentials: [{ accessKey: `{{ .b_${bucket}_access_key }}`, secretKey: `{{ .b_${bucket}_secret_key }}` }],
      actions: [`Read:${bucket}`, `Write:${bucket}`, `List:${bucket}`, `Tagging:${bucket}`],
    })),
  });
  expect(stacks.vaultSecrets.inventory.map(({ ref }) => ref.path)).toEqual([
    "object-store/hive",
    "object-store/warehouse",
  ]);
});

test("offers its buckets with address and keys", () => {
  const made = store(serviceStacks());
  expect(made.bucket("warehouse")).toMatchObject({
    uri: "s3://warehouse",
    store: { endpoint: "http://seaweedfs-all-in-one.data-platform.svc:8333", pathStyle: true },
    accessKeyId: { secret: { path: "object-store/warehouse" }, key: "access_key" },
    secretAccessKey: { secret: { path: "object-store/warehouse" }, key: "secret_key" },
  });
});

test("refuses no bucket, a bucket named twice, a bad name and an unknown bucket", () => {
  expect(() => store(serviceStacks(), [])).toThrow("there are no buckets: name at least one bucket");
  expect(() => store(serviceStacks(), ["lake", "lake"])).toThrow('bucket "lake" is there twice');
  expect(() => store(serviceStacks(), ["My_Lake"])).toThrow('bucket is "My_Lake": use 3 to 63');
  expect(() => store(serviceStacks()).bucket("raw")).toThrow('there is no bucket "raw": use one of warehouse, hive');
});

const rules = {
  raw: { versioning: true, lifecycle: [{ prefix: "tmp/", expireDays: 1 }, { noncurrentDays: 30 }] },
  warehouse: { lifecycle: [] },
};

test("sets versions and rules of buckets by a job that reads key pairs from files only", () => {
  const stacks = serviceStacks();
  store(stacks, ["warehouse", "raw"], { rules });
  const job = JSON.stringify(object(stacks, "Job", /^bucket-rules-[0-9a-f]{10}$/));
  for (const call of [
    "/raw?versioning=' --request PUT",
    "/raw?lifecycle=' --request PUT",
    "/warehouse?lifecycle=' --request DELETE",
  ]) {
    expect(job).toContain(call);
  }
  expect(job).not.toContain("warehouse?versioning");
  expect(job).not.toMatch(/secret_key|SecretKeyRef|AWS_SECRET/i);
  expect(object(stacks, "ConfigMap", "bucket-rules")).toMatchObject({
    data: {
      "raw.lifecycle.xml": expect.stringContaining(
        "<Prefix>tmp/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1<",
      ),
      "raw.versioning.xml": expect.stringContaining("<Status>Enabled</Status>"),
    },
  });
  const { target } = (object(stacks, "ExternalSecret", "bucket-rules-keys") as { spec: ComposedSecret }).spec;
  expect(target.template.data["raw.curl"]).toBe(
    'user = "{{ .b_raw_access_key }}:{{ .b_raw_secret_key }}"\naws-sigv4 = "aws:amz:us-east-1:s3"\n',
  );
});

test("sets rules again when they change, and not otherwise", () => {
  const name = (expireDays: number) => {
    const stacks = serviceStacks();
    store(stacks, ["raw"], { rules: { raw: { lifecycle: [{ expireDays }] } } });
    return (object(stacks, "Job", /^bucket-rules/) as unknown as DeliveredObject).metadata.name;
  };
  expect(name(1)).toBe(name(1));
  expect(name(2)).not.toBe(name(1));
});

test("ends what rules end each day, and lets that job call the store", () => {
  const stacks = serviceStacks();
  store(stacks, ["warehouse", "raw"], { rules });
  expect(object(stacks, "CronJob", "seaweedfs-lifecycle")).toMatchObject({ spec: { schedule: "30 1 * * *" } });
  expect(stacks.flows.flows.map(({ from, ports }) => [from.name, ports])).toEqual(
    expect.arrayContaining([
      ["bucket-rules", [8333]],
      ["seaweedfs-lifecycle", [9333, 19333, 8888, 18888, 8080, 18080, 18333]],
    ]),
  );
});

test("has no job without rules", () => {
  const stacks = serviceStacks();
  store(stacks);
  expect(objectsOf(releasesOf(stacks.services)).map(({ kind }) => kind)).not.toContain("Job");
  expect(() => store(serviceStacks(), ["lake"], { rules })).toThrow('there is no bucket "raw"');
});

test("keeps small volumes from being filled by the first buckets", () => {
  const size = (storage: string) => {
    const stacks = serviceStacks();
    store(stacks, ["lake"], { storage });
    return valuesOf(stacks.services, "seaweedfs").master;
  };
  expect(size("5Gi")).toMatchObject({ volumeSizeLimitMB: 128, config: expect.stringContaining("copy_1 = 1") });
  expect(size("1Gi")).toMatchObject({ volumeSizeLimitMB: 64 });
  expect(size("4Ti")).toMatchObject({ volumeSizeLimitMB: 30_000 });
});

test("has pages for administrators with a login where they are asked for", () => {
  const stacks = serviceStacks();
  const made = store(stacks, ["lake"], { console: true });
  const { allInOne } = valuesOf(stacks.services, "seaweedfs") as {
    allInOne: { sidecars: string; podAnnotations: Values };
  };
  expect(JSON.parse(allInOne.sidecars.replace(/^- /, ""))).toMatchObject({
    env: [
      { name: "WEED_ADMIN_USER", valueFrom: { secretKeyRef: { name: "seaweedfs-console", key: "user" } } },
      { name: "WEED_ADMIN_PASSWORD", valueFrom: { secretKeyRef: { name: "seaweedfs-console", key: "password" } } },
    ],
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
  });
  expect(Object.values(allInOne.podAnnotations)).toEqual(["seaweedfs-s3-identities,seaweedfs-console"]);
  expect(made.console?.ui).toMatchObject({ login: "own", service: { name: "seaweedfs-console", port: 23646 } });
  expect(object(stacks, "Service", "seaweedfs-console")).toMatchObject({ spec: { ports: [{ port: 23646 }] } });
  expect(store(serviceStacks()).console).toBeUndefined();
});

const data = ChartData.find();

(data ? test : test.skip)("sets values that the chart knows", () => {
  const stacks = serviceStacks({ imageRegistry: "localhost:5001" });
  const image = "quay.io/example/seaweedfs:4.44";
  const runAs = { user: 1234, group: 5678 };
  store(stacks, ["warehouse", "raw"], {
    rules,
    console: true,
    domain: "s3.example.com",
    storageClass: "ssd",
    image,
    runAs,
  });
  const values = valuesOf(stacks.services, "seaweedfs");
  const context = ["allInOne", "filer"].flatMap((part) =>
    ["podSecurityContext", "containerSecurityContext"].map((each) => `${part}.${each}.enabled`),
  );
  const contract = { defaults: data?.values("seaweedfs") ?? {}, free: ["allInOne.s3.createBuckets", ...context] };
  expect(valuesProblems(values, contract)).toEqual([]);
  expect(values).toMatchObject({
    master: { imageOverride: "localhost:5001/example/seaweedfs:4.44" },
    allInOne: {
      s3: { domainName: "s3.example.com" },
      data: { storageClass: "ssd" },
      podSecurityContext: { runAsUser: 1234, runAsGroup: 5678, fsGroup: 5678 },
    },
  });
});
