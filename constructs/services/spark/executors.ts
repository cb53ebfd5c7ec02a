import type { SparkProperties } from "./properties";

/** How executors of a long-living driver come and go. */
export interface ExecutorSettings {
  /** Executors that stay while nothing is computed. */
  readonly min: number;
  readonly max: number;
  /** Tasks that one executor runs at a time. */
  readonly cores: number;
  /** Heap of an executor in mebibytes; its pod gets a tenth more, 384 at least. */
  readonly memoryMebibytes: number;
}

/** Smallest memory beside the heap, in mebibytes: `spark.executor.minMemoryOverhead`. */
const smallestOverhead = 384;

/** Memory of an executor's pod in mebibytes, as Spark asks for it. */
export function executorPodMebibytes({ memoryMebibytes }: Pick<ExecutorSettings, "memoryMebibytes">): number {
  return memoryMebibytes + Math.max(smallestOverhead, Math.floor(memoryMebibytes * 0.1));
}

/**
 * Executors that come with the work and go after a minute without any.
 *
 * @see https://spark.apache.org/docs/3.5.8/job-scheduling.html#dynamic-resource-allocation
 */
export function executorProperties({ min, max, cores, memoryMebibytes }: ExecutorSettings): SparkProperties {
  return {
    "spark.executor.cores": String(cores),
    "spark.executor.memory": `${memoryMebibytes}m`,
    "spark.dynamicAllocation.enabled": "true",
    // Executors keep what they shuffled, as there is no service for it.
    "spark.dynamicAllocation.shuffleTracking.enabled": "true",
    "spark.dynamicAllocation.minExecutors": String(min),
    "spark.dynamicAllocation.maxExecutors": String(max),
  };
}
