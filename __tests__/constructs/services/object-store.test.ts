import { SeaweedFs } from "../../../constructs/services";
import { type DeliveredObject, objectsOf, releasesOf, valuesOf } from "../../support/releases";
import { namespace, type ServiceStacks, serviceStacks, small } from "./service-stacks";

interface ComposedSecret {
  readonly target: { readonly template: { readonly data: Readonly<Record<string, string>> } };
}

function store(stacks: ServiceStacks, buckets: readonly string[] = ["warehouse", "hive"]): SeaweedFs {
  const { services, context } = stacks;
  return new SeaweedFs(services, "ObjectStore", { context, namespace, storage: "20Gi", resources: small, buckets });
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
