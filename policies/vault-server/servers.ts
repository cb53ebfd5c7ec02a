import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf } from "../blocks";
import { type AddressedRelease, releases } from "../releases";
import type { CheckedStack, Item } from "../rule";

/** The release of the Vault servers of a stack. */
export interface VaultServers extends Item {
  readonly namespace: string;
  /** Name of the chart, which is that of the distribution. */
  readonly distribution: string;
  /** Values of the chart. */
  readonly values: Block;
  /** Values below `server`. */
  readonly server: Block;
  /** Values below `server.ha`. */
  readonly ha: Block;
  readonly replicas: number;
  /** The servers' configuration. */
  readonly hcl: string;
}

/** Whether a release is that of the Vault servers. */
export function isVault({ block }: AddressedRelease): boolean {
  return ["vault", "openbao"].includes(chartOf(block));
}

/** The Vault servers of a stack: none, or one release of them. */
export function vaultServers(stack: CheckedStack): readonly VaultServers[] {
  return releases(stack)
    .filter(isVault)
    .map(({ address, block, values: documents }) => {
      const values = Object.assign({}, ...documents) as Block;
      const server = objectOf(values.server);
      const ha = objectOf(server.ha);
      return {
        address,
        namespace: String(block.namespace),
        distribution: chartOf(block),
        values,
        server,
        ha,
        replicas: Number(ha.replicas ?? 0),
        hcl: String(objectOf(ha.raft).config ?? ""),
      };
    });
}

/** Containers beside the server in its pods. */
export function sidecars({ server }: VaultServers): readonly Block[] {
  return listOf(server.extraContainers).map(objectOf);
}

/** A value below others: `at(values, "server", "ha", "enabled")`. */
export function at(block: Block, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => objectOf(value)[key], block);
}

function chartOf(block: Block): string {
  return String(block.chart).split("/").at(-1) ?? "";
}
