import { googleApiRanges } from "../constructs/gke";
import type { Environment } from "../environments/schema";

/** Every public address, and nothing inside the network. */
export const publicAddresses = {
  cidrs: ["0.0.0.0/0"],
  except: ["10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
} as const;

/**
 * Google's APIs: the network's own names lead to these addresses, which the internet does not have. Only the range in use:
 * at the other one APIs answer that an enforced perimeter knows nothing of.
 */
export function googleApisOf({ target }: Environment) {
  const access = target.kind === "gke" ? target.vpc.googleApis : "private";
  return { name: "google-apis", cidrs: [googleApiRanges[access]] } as const;
}

/** Metadata server of GKE with Workload Identity: the address of the node and the port behind it (rule NET-07). */
export const metadataServer = {
  name: "metadata-server",
  cidrs: ["169.254.169.254/32", "169.254.169.252/32"],
} as const;
