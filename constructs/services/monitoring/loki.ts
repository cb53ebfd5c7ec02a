import { restrictedPod } from "../../kubernetes";
import type { JsonObject } from "../../terraform";
import type { S3Bucket } from "../contracts";
import type { LogSettings } from "./settings";

/** Secret with the key pair of the bucket. */
export const lokiKeys = "loki-s3-credentials";

/** User of the image. */
const user = 10001;

/** Parts of other deployment modes, which the chart wants at zero. */
const otherModes = [
  ...["read", "write", "backend", "ingester", "querier", "queryFrontend", "queryScheduler", "distributor"],
  ...["compactor", "indexGateway", "bloomBuilder", "bloomGateway", "bloomPlanner"],
] as const;

/** What values of Loki are made of. */
export interface LokiProps {
  readonly logs: LogSettings;
  /** @default - the environment's own */
  readonly storageClass?: string;
  /** @default - upstream's registries */
  readonly imageRegistry?: string;
  /** Annotations of the pod. */
  readonly annotations: { readonly [key: string]: string };
}

/**
 * Values of Loki's chart for one server that is everything: it keeps logs in a bucket where there is one, and else in its
 * volume.
 *
 * @see https://grafana.com/docs/loki/latest/setup/install/helm/install-monolithic/
 */
export function lokiValues({ logs, storageClass, imageRegistry, annotations }: LokiProps): JsonObject {
  const store = logs.bucket ? "s3" : "filesystem";
  return {
    ...(imageRegistry ? { global: { imageRegistry } } : {}),
    fullnameOverride: "loki",
    deploymentMode: "Monolithic",
    loki: {
      podSecurityContext: restrictedPod(user),
      auth_enabled: false,
      analytics: { reporting_enabled: false },
      commonConfig: { replication_factor: 1 },
      storage: logs.bucket ? bucketStorage(logs.bucket) : { type: store, bucketNames: bucketNames("unused") },
      schemaConfig: {
        configs: [
          {
            from: "2025-01-01",
            store: "tsdb",
            object_store: store,
            schema: "v13",
            index: { prefix: "index_", period: "24h" },
          },
        ],
      },
      limits_config: { retention_period: logs.retention },
      compactor: { retention_enabled: true, delete_request_store: store },
    },
    singleBinary: {
      replicas: 1,
      resources: logs.resources,
      podAnnotations: annotations,
      ...(logs.bucket ? { extraEnvFrom: [{ secretRef: { name: lokiKeys } }] } : {}),
      persistence: {
        enabled: true,
        size: logs.storage,
        ...(storageClass === undefined ? {} : { storageClass }),
        enableStatefulSetAutoDeletePVC: false,
      },
    },
    ...Object.fromEntries(otherModes.map((part) => [part, { replicas: 0 }])),
    defaults: { automountServiceAccountToken: false },
    serviceAccount: { automountServiceAccountToken: false },
    gateway: { enabled: false },
    chunksCache: { enabled: false },
    resultsCache: { enabled: false },
    lokiCanary: { enabled: false },
    test: { enabled: false },
    minio: { enabled: false },
    // watches config maps through the API, for rules that Loki judges; there are none
    sidecar: { rules: { enabled: false } },
    rbac: { namespaced: true },
    monitoring: { serviceMonitor: { enabled: false }, rules: { enabled: false }, dashboards: { enabled: false } },
  };
}

function bucketNames(name: string) {
  return { chunks: name, ruler: name, admin: name };
}

/** Keys come from the environment, where Loki's client looks for them by itself. */
function bucketStorage({ name, store }: S3Bucket): JsonObject {
  return {
    type: "s3",
    bucketNames: bucketNames(name),
    s3: {
      endpoint: store.endpoint,
      region: store.region,
      s3ForcePathStyle: store.pathStyle,
      insecure: store.endpoint.startsWith("http://"),
    },
  };
}
