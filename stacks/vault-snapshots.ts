import { existingNamespace, type FlowEnd, type NetworkFlows } from "../constructs/kubernetes";
import { provided } from "../constructs/secrets";
import { type SnapshotSchedule, type VaultSecrets, VaultSnapshots, vaultAccess } from "../constructs/vault";
import type { Environment } from "../environments/schema";
import type { VaultSnapshotPlace } from "./cluster";
import { platformNamespaces } from "./namespaces";
import { googleApisOf, metadataServer, publicAddresses } from "./outside";
import type { PlatformStack } from "./platform-stack";

/** Lets the pods that take snapshots reach the servers and the place where snapshots go, and nothing else. */
export function allowSnapshots(flows: NetworkFlows, environment: Environment, servers: FlowEnd): void {
  const { destination } = environment.vault.snapshots;
  if (destination.kind === "none") {
    return;
  }
  const from = {
    namespace: existingNamespace(platformNamespaces.vault),
    name: vaultAccess.snapshots,
    podLabels: { "app.kubernetes.io/name": vaultAccess.snapshots },
  };
  flows.allow({ from, to: servers, ports: [vaultAccess.port], reason: "takes snapshots" });
  if (destination.kind === "gcs") {
    flows.allow({ from, to: googleApisOf(environment), ports: [443], reason: "uploads snapshots" });
    flows.allow({ from, to: metadataServer, ports: [80, 988], reason: "Workload Identity" });
  }
  if (destination.kind === "s3") {
    const addresses = destination.cidrs ? { cidrs: destination.cidrs } : publicAddresses;
    const port = Number(new URL(destination.endpoint).port || 443);
    flows.allow({ from, to: { name: "snapshot-bucket", ...addresses }, ports: [port], reason: "uploads snapshots" });
  }
}

/** Settings of {@link addSnapshots}. */
export interface SnapshotsOptions {
  /** Where the keys of a bucket outside Google Cloud are written. */
  readonly secrets: VaultSecrets;
  /**
   * The bucket that the cluster layer made.
   *
   * @default - none: snapshots go elsewhere
   */
  readonly place?: VaultSnapshotPlace;
}

/** Adds the account that takes snapshots, and what takes them on a schedule where the environment wants that. */
export function addSnapshots(stack: PlatformStack, { secrets, place }: SnapshotsOptions): VaultSnapshots {
  return new VaultSnapshots(stack, "Snapshots", {
    namespace: existingNamespace(platformNamespaces.vault),
    serviceAccountAnnotations: place?.serviceAccountAnnotations,
    schedule: scheduleOf(stack.environment, secrets, place),
    dependsOn: secrets.first,
  });
}

function scheduleOf(
  { name, vault }: Environment,
  secrets: VaultSecrets,
  place: VaultSnapshotPlace | undefined,
): SnapshotSchedule | undefined {
  const { schedule: cron, keepDays, destination } = vault.snapshots;
  switch (destination.kind) {
    case "none":
      return undefined;
    case "volume":
      return { cron, keepDays, destination };
    case "gcs":
      if (!place) {
        throw new Error(`${name}: the cluster layer has made no bucket for snapshots`);
      }
      return { cron, keepDays, destination: { kind: "gcs", bucket: place.bucket } };
    case "s3": {
      const { endpoint, region, bucket } = destination;
      const credentials = secrets.secret("vault/snapshots", {
        access_key_id: provided("vault_snapshots_access_key_id", `id of the key that writes to the bucket ${bucket}`),
        secret_access_key: provided("vault_snapshots_secret_access_key", `the key that writes to the bucket ${bucket}`),
      });
      secrets.grantRead(credentials, {
        namespace: platformNamespaces.vault,
        serviceAccount: vaultAccess.snapshots,
      });
      return { cron, keepDays, destination: { kind: "s3", endpoint, region, bucket, folder: name }, credentials };
    }
    default:
      return destination satisfies never;
  }
}
