import type { IConstruct } from "constructs";
import type { Resources } from "../../kubernetes";
import { PlatformError } from "../../terraform";

/** Nodes of a Kafka cluster that are alike. */
export interface KafkaPool {
  /** DNS label, part of its pods' names. */
  readonly name: string;
  /** Controllers agree on the cluster's state, brokers hold the data; a node may be both. */
  readonly roles: readonly ("controller" | "broker")[];
  readonly replicas: number;
  /** Number of its first node, a multiple of 100 up to 900; the numbers up to the next one are its own. */
  readonly firstNode: number;
  /** Volume of each node, such as `10Gi`. */
  readonly storage: string;
  /**
   * Class of the volumes.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /** What each node asks for. */
  readonly resources: Resources;
}

/** Numbers that a pool has for its nodes. */
export const nodesPerPool = 100;

/** How many nodes of some pools have a role. */
export function nodesWith(
  role: KafkaPool["roles"][number],
  pools: readonly Pick<KafkaPool, "roles" | "replicas">[],
): number {
  return pools.filter(({ roles }) => roles.includes(role)).reduce((sum, { replicas }) => sum + replicas, 0);
}

/** Names of the pods of a pool's nodes. */
export function podNames(cluster: string, { name, firstNode, replicas }: KafkaPool): readonly string[] {
  return Array.from({ length: replicas }, (_, index) => `${cluster}-${name}-${firstNode + index}`);
}

/** @throws PlatformError for pools that are no Kafka cluster */
export function checkPools(scope: IConstruct, pools: readonly KafkaPool[]): void {
  const controllers = nodesWith("controller", pools);
  if (controllers % 2 === 0) {
    throw new PlatformError(scope, `there are ${controllers} controllers`, "use an odd number such as 1 or 3");
  }
  if (nodesWith("broker", pools) === 0) {
    throw new PlatformError(scope, "there are no brokers", "give a pool the role broker");
  }
  for (const key of ["name", "firstNode"] as const) {
    const values = pools.map((pool) => pool[key]);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) {
      throw new PlatformError(scope, `two pools have the ${key} ${twice}`, "give each pool its own");
    }
  }
}
