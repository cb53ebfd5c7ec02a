import type { Construct } from "constructs";
import { images } from "../../../charts";
import type { INamespace, KubernetesObject, Resources } from "../../kubernetes";
import type { KubernetesSecretRef } from "../../secrets";
import { DeploySettings, type JsonObject } from "../../terraform";
import type { Bucket, PodsEnd, S3Bucket } from "../contracts";
import { maintenanceJob } from "./maintenance-job";

/** Removal of files that no table refers to any more. */
export interface NessieGc {
  /** When it runs, in UTC: minute, hour, day, month, weekday. */
  readonly schedule: string;
  /** Days for which a branch can be read as it was: files of states that are older go, and do not come back. */
  readonly keepDays: number;
}

type WarehouseKeys = KubernetesSecretRef<"AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY">;

/** Settings of {@link nessieGc}. */
export interface NessieGcProps {
  readonly namespace: INamespace;
  readonly gc: NessieGc;
  /** Base of the catalogue's protocols. */
  readonly address: string;
  /** The one warehouse: the program takes one pair of keys. */
  readonly warehouse: Bucket;
  /** Secret with the keys of that warehouse. @default - it has none */
  readonly keys?: WarehouseKeys;
  /** Service account of the catalogue. */
  readonly account: string;
}

const name = "nessie-gc";

/** User of the image. */
const user = 10000;

/** The list of what is in use is kept in memory. */
const resources = {
  requests: { cpu: "100m", memory: "512Mi" },
  limits: { memory: "1Gi" },
} as const satisfies Resources;

/**
 * The job that removes files.
 *
 * @see https://projectnessie.org/nessie-latest/gc/
 */
export function nessieGc(
  scope: Construct,
  { namespace, gc, address, warehouse, keys, account }: NessieGcProps,
): { readonly pods: PodsEnd; readonly objects: readonly KubernetesObject[] } {
  const labels = { "app.kubernetes.io/name": name };
  return {
    pods: { namespace, name, podLabels: labels },
    objects: [
      maintenanceJob({
        name,
        namespace,
        labels,
        schedule: gc.schedule,
        account,
        user,
        container: {
          name: "gc",
          image: DeploySettings.of(scope).image(images.nessieGc),
          args: ["gc", "--inmemory", "--uri", `${address}/api/v2`, "--default-cutoff", `P${gc.keepDays}D`],
          env: [
            // The program takes each option from the environment too, where the list of processes does not show it.
            ...environment(warehouse, keys),
          ],
          resources,
          mounts: [{ name: "tmp", mountPath: "/tmp" }],
        },
        volumes: [{ name: "tmp", emptyDir: {} }],
      }),
    ],
  };
}

function environment(warehouse: Bucket, keys: WarehouseKeys | undefined): readonly JsonObject[] {
  if (warehouse.kind === "gcs") {
    // Its credentials are those of the pod.
    return [{ name: "NESSIE_GC_ICEBERG", value: `gcs.project-id=${warehouse.store.project}` }];
  }
  return keys ? s3Environment(warehouse, keys) : [];
}

function s3Environment({ store }: S3Bucket, keys: WarehouseKeys): readonly JsonObject[] {
  const properties = [
    `s3.endpoint=${store.endpoint}`,
    `s3.path-style-access=${store.pathStyle}`,
    `client.region=${store.region}`,
    // Kubernetes puts the two keys in.
    ...["s3.access-key-id=$(AWS_ACCESS_KEY_ID)", "s3.secret-access-key=$(AWS_SECRET_ACCESS_KEY)"],
  ];
  return [
    ...(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const).map((key) => ({
      name: key,
      valueFrom: { secretKeyRef: { name: keys.name, key } },
    })),
    { name: "NESSIE_GC_ICEBERG", value: properties.join(",") },
    { name: "AWS_REGION", value: store.region },
  ];
}
