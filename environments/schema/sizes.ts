import { type Resources, sized } from "./resources";

/** `small`: one replica on a shared or local cluster (kind, minikube, gke dev); `large`: staging and prod. */
export type Size = "small" | "large";

/** What a Vault server asks for when an environment says nothing, as [small, large]: Raft keeps its working set in memory. */
export const vaultResources = [sized("100m", "256Mi"), sized("500m", "1Gi")] as const satisfies readonly [
  Resources,
  Resources,
];

/** Picks the entry of a size. */
export function bySize<T>(size: Size, [small, large]: readonly [T, T]): T {
  switch (size) {
    case "small":
      return small;
    case "large":
      return large;
    default:
      return size satisfies never;
  }
}
