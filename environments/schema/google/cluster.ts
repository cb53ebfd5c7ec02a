import type * as z from "zod";
import { list, oneOf, strict, text, truth, wholeNumber } from "../field";
import { schedule } from "../schedule";
import { type AuthorizedNetwork, authorizedNetworksInput, isPrivate } from "./control-plane";
import {
  defaultMaintenance,
  exclusionsInput,
  type Maintenance,
  type MaintenanceExclusion,
  maintenanceInput,
} from "./maintenance";
import { ofTier, type Tier, tierSettings } from "./tiers";

/** Registries that can be mirrored in the project. */
export const mirroredRegistries = ["docker.io", "ghcr.io", "quay.io", "registry.k8s.io"] as const;

export type MirroredRegistry = (typeof mirroredRegistries)[number];

const pattern = text(
  /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+(\/\*{1,2}|[@:][\w.:-]+|\*{1,2})?$/,
  "images by registry and path with a wildcard at the end, such as quay.io/example/**",
  "write registry, path and a trailing * or **",
);

const imagesInput = strict({
  admission: oneOf("attested", "audited", "any").optional(),
  exempt: list(pattern, "image patterns").optional(),
  mirrors: list(oneOf(...mirroredRegistries), "registries").optional(),
  keepVersions: wholeNumber(1, 1000).optional(),
  deleteUntaggedDays: wholeNumber(1, 365).optional(),
  signingKeys: list(wholeNumber(1, 1000), "versions of the key that signs").optional(),
});

const backupInput = strict({
  enabled: truth().optional(),
  schedule: schedule().optional(),
  retainDays: wholeNumber(1, 365).optional(),
  lockDays: wholeNumber(0, 90).optional(),
  secrets: truth().optional(),
});

/** Of the GKE cluster beyond its target: keys, upgrades, backups, images, in an environment file. */
export const clusterInput = strict({
  ownKeys: truth().optional(),
  authorizedNetworks: authorizedNetworksInput.optional(),
  maintenance: maintenanceInput.optional(),
  exclusions: exclusionsInput.optional(),
  upgradeNotices: truth().optional(),
  images: imagesInput.optional(),
  backup: backupInput.optional(),
  autoProvisioning: strict({ maxCpu: wholeNumber(1, 100000), maxMemoryGib: wholeNumber(1, 1000000) }).optional(),
  confidentialNodes: truth().optional(),
  bucketVolumes: truth().optional(),
});

/** Which images the cluster runs, and where they are kept. */
export interface ClusterImages {
  /**
   * `attested`: own images need an attestation, others must be listed; `audited`: the same is only written to the audit
   * log; `any`: nothing is checked.
   *
   * @default "attested" in staging and prod, "any" in dev
   */
  readonly admission: "attested" | "audited" | "any";
  /**
   * Patterns of images that run without an attestation, beside those of the platform itself.
   *
   * @default - none
   */
  readonly exempt: readonly string[];
  /**
   * Public registries that are mirrored in the project, all under one address.
   *
   * @default - none
   */
  readonly mirrors: readonly MirroredRegistry[];
  /** Newest versions of an image that are always kept. @default 10 */
  readonly keepVersions: number;
  /** Days after which a version without a tag is deleted. @default 14 */
  readonly deleteUntaggedDays: number;
  /**
   * Versions of the signing key whose attestations count. After a rotation the old one stays until no image that it signed
   * runs.
   *
   * @default [1]
   */
  readonly signingKeys: readonly number[];
  /** Whether Google looks for known vulnerabilities in own images. */
  readonly scanning: boolean;
}

/** Copies of the cluster's objects and volumes. */
export interface ClusterBackup {
  /** When, as cron has it, in UTC. @default "23 1 * * *" */
  readonly schedule: string;
  /** Days that a copy is kept. @default 35 in prod, 14 in staging, 7 in dev */
  readonly retainDays: number;
  /** Days in which nobody can delete a copy. @default 7, or `retainDays` where that is less */
  readonly lockDays: number;
  /** Whether Kubernetes secrets are in the copies. @default false */
  readonly secrets: boolean;
}

/** The GKE cluster beyond its target: keys, upgrades, backups, images, with every default filled in. */
export interface Cluster {
  /**
   * Whether secrets, disks, images and backups are encrypted by keys of the project.
   *
   * @default true in staging and prod
   */
  readonly ownKeys: boolean;
  /**
   * Networks that may reach the control plane by its address, beside its DNS name.
   *
   * @default - none: there is no address
   */
  readonly authorizedNetworks: readonly AuthorizedNetwork[];
  /** Whether that address is on the internet, as one of those networks is. */
  readonly publicEndpoint: boolean;
  /** When Google may upgrade the cluster. @default Saturdays and Sundays, 01:00 to 09:00 UTC */
  readonly maintenance: Maintenance;
  /** When it may not. @default - never */
  readonly exclusions: readonly MaintenanceExclusion[];
  /** Whether upgrades are told to a Pub/Sub topic. @default true in staging and prod */
  readonly upgradeNotices: boolean;
  readonly images: ClusterImages;
  /**
   * Copies of objects and volumes by Backup for GKE.
   *
   * @default - daily in staging and prod, none in dev
   */
  readonly backup?: ClusterBackup;
  /**
   * Most that nodes of the whole cluster may have, where GKE adds pools of its own.
   *
   * @default - GKE adds no pools
   */
  readonly autoProvisioning?: { readonly maxCpu: number; readonly maxMemoryGib: number };
  /**
   * Whether the memory of nodes is encrypted by the processor; machine types that cannot are refused by Google.
   *
   * @default false
   */
  readonly confidentialNodes: boolean;
  /**
   * Whether pods may mount buckets as volumes.
   *
   * @default false
   */
  readonly bucketVolumes: boolean;
}

/** Fills in the defaults of a tier. */
export function resolveCluster(given: z.output<typeof clusterInput> | undefined, tier: Tier): Cluster {
  const backup = resolveBackup(given?.backup, tier);
  return {
    ownKeys: given?.ownKeys ?? ofTier(tier, tierSettings.ownKeys),
    authorizedNetworks: given?.authorizedNetworks ?? [],
    publicEndpoint: (given?.authorizedNetworks ?? []).some(({ cidr }) => !isPrivate(cidr)),
    maintenance: given?.maintenance ?? defaultMaintenance,
    exclusions: (given?.exclusions ?? []).map((exclusion) => ({
      ...exclusion,
      scope: exclusion.scope ?? "no-upgrades",
    })),
    upgradeNotices: given?.upgradeNotices ?? ofTier(tier, tierSettings.upgradeNotices),
    images: {
      admission: given?.images?.admission ?? ofTier(tier, tierSettings.imageAdmission),
      exempt: given?.images?.exempt ?? [],
      mirrors: given?.images?.mirrors ?? [],
      keepVersions: given?.images?.keepVersions ?? 10,
      deleteUntaggedDays: given?.images?.deleteUntaggedDays ?? 14,
      signingKeys: given?.images?.signingKeys ?? [1],
      scanning: ofTier(tier, tierSettings.imageScanning),
    },
    ...(backup && { backup }),
    ...(given?.autoProvisioning && { autoProvisioning: given.autoProvisioning }),
    confidentialNodes: given?.confidentialNodes ?? false,
    bucketVolumes: given?.bucketVolumes ?? false,
  };
}

/** A week: long enough to notice that somebody deletes copies. */
const defaultLockDays = 7;

function resolveBackup(given: z.output<typeof backupInput> | undefined, tier: Tier): ClusterBackup | undefined {
  if (!(given?.enabled ?? ofTier(tier, tierSettings.clusterBackup))) {
    return undefined;
  }
  const retainDays = given?.retainDays ?? ofTier(tier, tierSettings.backupDays);
  return {
    // Between Vault's snapshots, which are taken at minute 17 by default.
    schedule: given?.schedule ?? "23 1 * * *",
    retainDays,
    lockDays: given?.lockDays ?? Math.min(defaultLockDays, retainDays),
    secrets: given?.secrets ?? false,
  };
}
