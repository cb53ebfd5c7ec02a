import type * as z from "zod";
import { field, oneOf, strict, text } from "./field";
import { type Bytes, size as bytes } from "./quantity";
import { type Resources, resolveResources, resourcesInput } from "./resources";
import { bySize, type Size, vaultResources } from "./sizes";
import { resolveSnapshots, type Snapshots, snapshotsInput } from "./snapshots";
import { sizeOf, type Target } from "./target";

/** Vault in an environment file. */
export const vaultInput = strict({
  distribution: oneOf("vault", "openbao").optional(),
  replicas: field<number>({
    accepts: (v): v is number => typeof v === "number" && [1, 3, 5, 7].includes(v),
    allowed: "1, 3, 5 or 7 (Raft votes, and an even count can end in a draw)",
    next: (given) =>
      typeof given === "number" && given % 2 === 0 && given > 0 && given < 7
        ? `did you mean ${given + 1}?`
        : "use an odd number such as 3 or 5",
  }).optional(),
  storage: bytes().optional(),
  resources: resourcesInput.optional(),
  snapshots: snapshotsInput.optional(),
  address: text(
    /^https:\/\/[\w.-]+(:\d+)?(\/[\w./:-]*)?$/,
    "an https:// address without user or query",
    "leave it out to go through the API server",
  ).optional(),
});

/** The Vault servers of an environment. */
export interface Vault {
  /** Software of the servers: Vault, or OpenBao, its fork under an open-source licence. */
  readonly distribution: "vault" | "openbao";
  /** Raft servers; odd. */
  readonly replicas: number;
  /** Volume of each server's data. */
  readonly storage: Bytes;
  /** Of each server. */
  readonly resources: Resources;
  /** Snapshots on a schedule. */
  readonly snapshots: Snapshots;
  /**
   * Address under which Terraform reaches Vault.
   *
   * @default - through the API server's service proxy
   */
  readonly address?: string;
}

function defaultReplicas(target: Target): number {
  if (target.kind !== "gke") return 1;
  // Five in prod: one may be away for an upgrade while another one fails.
  return target.tier === "prod" ? 5 : 3;
}

/** Fills in the defaults of a target. */
export function resolveVault(input: z.output<typeof vaultInput>, target: Target): Vault {
  const size: Size = sizeOf(target);
  return {
    distribution: input.distribution ?? "vault",
    replicas: input.replicas ?? defaultReplicas(target),
    storage: input.storage ?? "10Gi",
    resources: resolveResources(input.resources, bySize(size, vaultResources)),
    snapshots: resolveSnapshots(input.snapshots ?? {}, target),
    ...(input.address !== undefined && { address: input.address }),
  };
}
