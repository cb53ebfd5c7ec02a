import { CephObjectStore, ExternalObjectStore, GoogleObjectStore, SeaweedFs } from "../../constructs/services";
import type { ServiceOffers, ServiceSite } from "../definition";
import { rulesOf } from "./bucket-fields";
import { identityEmail, serviceBucketName } from "./google-buckets";
import type { ObjectStoreSettings } from "./object-store-kinds";

/** The one bucket of a store that nobody asks for one. */
const firstBucket = "warehouse";

/** Address of Cloud Storage for clients that speak S3. */
const googleEndpoint = "https://storage.googleapis.com";

/** SeaweedFS in the cluster. */
export function buildSeaweedFs(site: ServiceSite, settings: ObjectStoreSettings): ServiceOffers {
  const { scope, context, namespace, declaredKey } = site;
  const store = new SeaweedFs(scope, "ObjectStore", {
    context,
    namespace: namespace(settings.namespace),
    storage: settings.storage,
    storageClass: settings.storageClass,
    resources: settings.resources,
    image: settings.image,
    runAs: settings.runAs,
    domain: settings.domain,
    console: settings.console,
    buckets: bucketsOf(site),
    rules: rulesOf(settings.buckets),
    credentials: Object.fromEntries(
      Object.entries(settings.credentials).map(([bucket, { accessKey, secretKey }]) => [
        bucket,
        { accessKeyId: declaredKey(accessKey), secretAccessKey: declaredKey(secretKey) },
      ]),
    ),
  });
  const { console } = store;
  return {
    address: store.endpoint,
    objectStore: store,
    ports: { s3: store.server, ...(console ? { console: console.server } : {}) },
    webUis: console ? [console.ui] : undefined,
    metrics: [store.metrics],
  };
}

/** Claims on a Ceph cluster of Rook. */
export function buildCeph(site: ServiceSite, settings: ObjectStoreSettings): ServiceOffers {
  const { scope, context, namespace } = site;
  const { ceph = {} } = settings;
  const store = new CephObjectStore(scope, "ObjectStore", {
    context,
    namespace: namespace(settings.namespace),
    buckets: bucketsOf(site),
    storageClass: ceph.storageClass ?? "ceph-object-bucket",
    gateway: {
      namespace: namespace(ceph.namespace ?? "rook-ceph"),
      store: ceph.store ?? "ceph-objectstore",
      port: ceph.port ?? 80,
    },
    rules: rulesOf(settings.buckets),
  });
  return { address: store.endpoint, objectStore: store };
}

/** A store outside: one that speaks S3, or Cloud Storage, which speaks it too. */
export function buildExternal(site: ServiceSite, settings: ObjectStoreSettings): ServiceOffers {
  const { scope, context, namespace, declaredKey, need } = site;
  const { kind, s3, gcs, credentials, buckets } = settings;
  const keys = kind === "gcs" ? gcs?.keys : s3?.keys;
  const rules = rulesOf(buckets);
  const keysOf = (bucket: string) => {
    const { accessKey, secretKey } = need(credentials[bucket] ?? keys, "objectStore", `objectStore.${kind}.keys`);
    return { accessKeyId: declaredKey(accessKey), secretAccessKey: declaredKey(secretKey) };
  };
  const store = new ExternalObjectStore(scope, "ObjectStore", {
    context,
    namespace: namespace(settings.namespace),
    endpoint: kind === "gcs" ? googleEndpoint : need(s3?.endpoint, "objectStore", "objectStore.s3.endpoint"),
    region: kind === "gcs" ? "auto" : (s3?.region ?? "us-east-1"),
    pathStyle: kind === "gcs" || (s3?.pathStyle ?? false),
    cidrs: s3?.cidrs,
    buckets: Object.fromEntries(
      bucketsOf(site).map((bucket) => [
        bucket,
        { name: buckets[bucket]?.name ?? bucket, keys: keysOf(bucket), rules: rules[bucket] },
      ]),
    ),
  });
  return { address: store.endpoint, objectStore: store };
}

/** Cloud Storage whose buckets the data layer has made, without keys. */
export function buildGoogle(site: ServiceSite, settings: ObjectStoreSettings): ServiceOffers {
  const { scope, need, identities } = site;
  const place = need(settings.place, "objectStore.gcs", "a cluster on Google Cloud");
  const store = new GoogleObjectStore(scope, "ObjectStore", {
    project: place.project,
    apis: place.googleApis,
    buckets: Object.fromEntries(bucketsOf(site).map((bucket) => [bucket, serviceBucketName(place, bucket)])),
    identities: identities.map(({ name, kubernetes, buckets }) => ({
      email: identityEmail(place, name),
      kubernetes,
      buckets: buckets.map(({ bucket }) => bucket),
    })),
  });
  return { address: store.address, objectStore: store };
}

function bucketsOf({ buckets }: ServiceSite): readonly string[] {
  return buckets.length > 0 ? buckets : [firstBucket];
}
