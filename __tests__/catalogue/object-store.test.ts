import { DataPlatformServices } from "../../catalogue/assembly/data-platform-services";
import { objectStore } from "../../catalogue/object-store";
import type { ServicesInput } from "../../environments/schema";
import { resolveServices, servicesInput } from "../../environments/schema/services";
import { serviceStacks } from "../constructs/services/service-stacks";
import { objectsOf, releasesOf, valuesOf } from "../support/releases";

const defaults = { size: "small", storageClass: "standard" } as const;

const settings = (input: NonNullable<ServicesInput["objectStore"]> = {}) =>
  objectStore.resolve(objectStore.input.parse(input), defaults);

function build(input: ServicesInput) {
  const stacks = serviceStacks();
  const services = resolveServices(servicesInput.parse(input), defaults);
  const { offers } = new DataPlatformServices(stacks.services, "DataPlatform", { context: stacks.context, services });
  return { ...stacks, offers };
}

const catalogues: ServicesInput = { postgres: {}, polaris: {}, lakekeeper: {} };

test("asks for a pod and a volume in the cluster only", () => {
  expect(objectStore.workloads(settings())).toMatchObject([{ component: "object-store", pods: 1, storage: "20Gi" }]);
  expect(objectStore.workloads(settings({ kind: "ceph" }))).toEqual([]);
  const [plain] = objectStore.workloads(settings());
  const [withPages] = objectStore.workloads(settings({ console: true }));
  expect([plain?.resources.requests.memory, withPages?.resources.requests.memory]).toEqual(["512Mi", "640Mi"]);
  expect(withPages?.resources.limits.memory).toBe("640Mi");
});

test("makes the buckets of services and those of the environment", () => {
  const { services, offers } = build({ ...catalogues, objectStore: { buckets: { raw: {} } } });
  expect(valuesOf(services, "seaweedfs")).toMatchObject({
    allInOne: { s3: { createBuckets: ["lakekeeper", "polaris", "raw"].map((name) => ({ name })) } },
  });
  expect(offers.flatMap(({ catalogs = [] }) => catalogs).map(({ name, bucket }) => [name, bucket.name])).toEqual([
    ["polaris", "polaris"],
    ["lakekeeper", "lakekeeper"],
  ]);
});

test("leads aliases to the store and to its pages, which are in one pod", () => {
  const { services } = build({
    objectStore: { console: true, aliases: [{ name: "minio", ports: { "9000": "s3", "9001": "console" } }] },
  });
  const alias = objectsOf(releasesOf(services)).find(
    ({ kind, metadata }) => kind === "Service" && metadata.name === "minio",
  );
  expect(alias?.spec).toMatchObject({
    selector: { "app.kubernetes.io/component": "seaweedfs-all-in-one" },
    ports: [
      { port: 9000, targetPort: 8333 },
      { port: 9001, targetPort: 23646 },
    ],
  });
});

test("claims buckets of Ceph, which catalogues use as any other", () => {
  const { services, vaultSecrets } = build({ ...catalogues, objectStore: { kind: "ceph" } });
  const objects = objectsOf(releasesOf(services));
  expect(objects.filter(({ kind }) => kind === "ObjectBucketClaim").map(({ metadata }) => metadata.name)).toEqual([
    "lakekeeper",
    "polaris",
  ]);
  expect(vaultSecrets.inventory.map(({ ref }) => ref.path).filter((path) => path.startsWith("object-store"))).toEqual(
    [],
  );
  expect(JSON.stringify(objects)).toContain("from-data-platform-polaris");
});

test("names buckets outside as they are there", () => {
  const stacks = serviceStacks();
  stacks.context.secrets.secret("keys", {
    access: { source: "fixed", value: "a" },
    secret: { source: "fixed", value: "b" },
  });
  const services = resolveServices(
    servicesInput.parse({
      ...catalogues,
      objectStore: {
        kind: "gcs",
        gcs: { keys: { accessKey: "platform/keys#access", secretKey: "platform/keys#secret" } },
        buckets: { polaris: { name: "example-dev-polaris" } },
      },
    }),
    defaults,
  );
  const { offers } = new DataPlatformServices(stacks.services, "DataPlatform", { context: stacks.context, services });
  const [polaris] = offers.flatMap(({ catalogs = [] }) => catalogs);
  expect(polaris).toMatchObject({
    warehouse: "polaris",
    bucket: {
      name: "example-dev-polaris",
      accessKeyId: { key: "access" },
      store: { endpoint: "https://storage.googleapis.com", pathStyle: true, region: "auto" },
    },
  });
});
