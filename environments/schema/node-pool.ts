import type * as z from "zod";
import { oneOf, strict, text, truth, wholeNumber } from "./field";
import { ofTier, type Tier, tierSettings } from "./google/tiers";
import { diskTypeOf, machineShape } from "./machine-types";
import { dnsLabel } from "./names";
import { type Bytes, size as bytes, type Cpu, cpu } from "./quantity";

/** What pools are for. Only `general` takes pods that do not ask for a pool. */
export const poolRoles = ["general", "memory", "compute", "batch"] as const;

/** What a pool is for. */
export type PoolRole = (typeof poolRoles)[number];

/** Kinds of boot disks and volumes. @see https://cloud.google.com/compute/docs/disks */
export const diskTypes = ["pd-balanced", "pd-ssd", "pd-standard", "hyperdisk-balanced"] as const;

export type DiskType = (typeof diskTypes)[number];

/** Pods that GKE admits on one node by default. */
export const PODS_PER_NODE = 110;

/** Characters of a pool's name: its name in Google Cloud has a dash and six characters more, of 40 that are allowed. */
const POOL_NAME_LENGTH = 33;

/** A node pool in an environment file. */
export const nodePoolInput = strict({
  name: dnsLabel(POOL_NAME_LENGTH),
  for: oneOf(...poolRoles).optional(),
  machineType: text(
    /^[a-z]\w*(-[a-z0-9]+)+$/,
    "a machine type such as e2-standard-4",
    "see `gcloud compute machine-types list`",
  ),
  count: wholeNumber(0, 1000),
  minCount: wholeNumber(0, 1000).optional(),
  maxCount: wholeNumber(1, 1000).optional(),
  limits: oneOf("zone", "total").optional(),
  locationPolicy: oneOf("balanced", "any").optional(),
  cpu: cpu().optional(),
  memory: bytes().optional(),
  diskSizeGib: wholeNumber(10, 65536).optional(),
  diskType: oneOf(...diskTypes).optional(),
  localSsds: wholeNumber(1, 24).optional(),
  spot: truth().optional(),
  maxPodsPerNode: wholeNumber(8, 256).optional(),
  upgrade: oneOf("blue-green", "surge").optional(),
  soakSeconds: wholeNumber(0, 604800).optional(),
  imageStreaming: truth().optional(),
  logging: oneOf("default", "max-throughput").optional(),
});

/** A GKE node pool; counts are per zone, or of all zones together where `limits` is `total`. */
export interface NodePool {
  readonly name: string;
  /** What it is for: pods of other kinds are kept away from all but `general`. */
  readonly role: PoolRole;
  readonly machineType: string;
  /** Of one node. */
  readonly cpu: Cpu;
  /** Of one node. */
  readonly memory: Bytes;
  /** Nodes at the start. */
  readonly count: number;
  readonly minCount: number;
  readonly maxCount: number;
  readonly limits: "zone" | "total";
  /** `any` takes nodes where there are some, `balanced` keeps zones alike. */
  readonly locationPolicy: "balanced" | "any";
  readonly diskSizeGib: number;
  /** Of the boot disk. */
  readonly diskType: DiskType;
  /** Disks of 375 GB in the machine, for scratch files of pods. */
  readonly localSsds?: number;
  readonly spot: boolean;
  readonly maxPodsPerNode: number;
  readonly upgrade: "blue-green" | "surge";
  /** How long a blue-green upgrade can be taken back once all pods have moved. */
  readonly soakSeconds: number;
  /** Whether pods start while their images are still being read. */
  readonly imageStreaming: boolean;
  readonly logging: "default" | "max-throughput";
}

/** Fills in the defaults of a pool. */
export function resolveNodePool(pool: z.output<typeof nodePoolInput>, tier: Tier): NodePool {
  const shape = machineShape(pool.machineType);
  const spot = pool.spot ?? false;
  return {
    name: pool.name,
    role: pool.for ?? "general",
    machineType: pool.machineType,
    count: pool.count,
    minCount: pool.minCount ?? pool.count,
    maxCount: pool.maxCount ?? Math.max(1, pool.count),
    limits: pool.limits ?? "zone",
    // A spot node is taken where there is one: a balance would wait for a zone that has none.
    locationPolicy: pool.locationPolicy ?? (spot ? "any" : "balanced"),
    // Of an unknown machine type both are asked for, so the fallbacks never leave the schema.
    cpu: pool.cpu ?? shape?.cpu ?? "1",
    memory: pool.memory ?? shape?.memory ?? "1Gi",
    diskSizeGib: pool.diskSizeGib ?? 100,
    diskType: pool.diskType ?? diskTypeOf(pool.machineType),
    ...(pool.localSsds !== undefined && { localSsds: pool.localSsds }),
    spot,
    maxPodsPerNode: pool.maxPodsPerNode ?? PODS_PER_NODE,
    // What runs on spot nodes may lose them at any time, so nothing is won by a second set of them.
    upgrade: pool.upgrade ?? (spot ? "surge" : ofTier(tier, tierSettings.nodeUpgrades)),
    soakSeconds: pool.soakSeconds ?? ofTier(tier, tierSettings.nodeSoakSeconds),
    imageStreaming: pool.imageStreaming ?? true,
    logging: pool.logging ?? "default",
  };
}

/** Nodes of a pool at most, in all zones. */
export function mostNodesOf({ maxCount, limits }: Pick<NodePool, "maxCount" | "limits">, zones: number): number {
  return limits === "total" ? maxCount : maxCount * zones;
}

/** Addresses that GKE gives each node for its pods: the power of two that is at least twice their number. */
export function podAddresses({ maxPodsPerNode }: Pick<NodePool, "maxPodsPerNode">): number {
  return 2 ** Math.ceil(Math.log2(2 * maxPodsPerNode));
}

/** Nodes of a pool while it is upgraded, in words: all of them twice, or one more. */
export function nodesInUpgrade(
  pool: Pick<NodePool, "name" | "maxCount" | "limits" | "upgrade">,
  zones: number,
): { readonly count: number; readonly sum: string } {
  const most = mostNodesOf(pool, zones);
  const count = pool.upgrade === "blue-green" ? 2 * most : most + 1;
  const of = pool.limits === "total" ? `${pool.maxCount}` : `${pool.maxCount} x ${zones} zones`;
  const more = pool.upgrade === "blue-green" ? "twice" : "one more";
  return { count, sum: `${pool.name} ${of}, ${more} during upgrades = ${count} nodes` };
}
