import type { ComposerEnvironmentConfigWorkloadsConfig } from "@cdktf/provider-google/lib/composer-environment";

/** How large an Airflow is. */
export type ComposerSize = "small" | "medium" | "large";

/** Word of the API for a size: of the database and of what Google runs beside Airflow. */
export const environmentSizes: Readonly<Record<ComposerSize, string>> = {
  small: "ENVIRONMENT_SIZE_SMALL",
  medium: "ENVIRONMENT_SIZE_MEDIUM",
  large: "ENVIRONMENT_SIZE_LARGE",
};

/** Processors, memory and disk of one copy; memory is 1 to 6.5 GB for each processor. */
interface Shape {
  readonly cpu: number;
  readonly memoryGb: number;
  readonly storageGb: number;
}

interface Shapes {
  readonly scheduler: Shape;
  readonly dagProcessor: Shape;
  readonly triggerer: Shape;
  /** Of 3 GB at least: Airflow 2.11 runs out of memory below. */
  readonly webServer: Shape;
  readonly worker: Shape;
  /** Schedulers, processors of DAGs and triggerers. */
  readonly copies: number;
}

/** @see https://cloud.google.com/composer/docs/composer-3/scale-environments */
const shapes: Readonly<Record<ComposerSize, Shapes>> = {
  small: {
    scheduler: { cpu: 0.5, memoryGb: 2, storageGb: 1 },
    dagProcessor: { cpu: 1, memoryGb: 4, storageGb: 1 },
    triggerer: { cpu: 0.5, memoryGb: 1, storageGb: 1 },
    webServer: { cpu: 1, memoryGb: 4, storageGb: 1 },
    worker: { cpu: 0.5, memoryGb: 2, storageGb: 1 },
    copies: 1,
  },
  medium: {
    scheduler: { cpu: 1, memoryGb: 4, storageGb: 1 },
    dagProcessor: { cpu: 2, memoryGb: 8, storageGb: 5 },
    triggerer: { cpu: 1, memoryGb: 2, storageGb: 1 },
    webServer: { cpu: 1, memoryGb: 4, storageGb: 5 },
    worker: { cpu: 2, memoryGb: 8, storageGb: 5 },
    copies: 1,
  },
  large: {
    scheduler: { cpu: 1, memoryGb: 4, storageGb: 10 },
    dagProcessor: { cpu: 4, memoryGb: 16, storageGb: 10 },
    triggerer: { cpu: 1, memoryGb: 4, storageGb: 1 },
    webServer: { cpu: 2, memoryGb: 8, storageGb: 10 },
    worker: { cpu: 4, memoryGb: 16, storageGb: 10 },
    copies: 2,
  },
};

/**
 * What runs of Airflow, how large and how often.
 *
 * @param highResilience whether Google keeps it running when a zone is lost, which takes two of each at least
 */
export function workloadsOf(
  size: ComposerSize,
  highResilience: boolean,
  workers: { readonly min: number; readonly max: number },
): ComposerEnvironmentConfigWorkloadsConfig {
  const { scheduler, dagProcessor, triggerer, webServer, worker, copies } = shapes[size];
  const count = highResilience ? Math.max(2, copies) : copies;
  return {
    scheduler: { ...scheduler, count },
    dagProcessor: { ...dagProcessor, count },
    triggerer: { cpu: triggerer.cpu, memoryGb: triggerer.memoryGb, count },
    webServer,
    worker: {
      ...worker,
      minCount: highResilience ? Math.max(2, workers.min) : workers.min,
      maxCount: highResilience ? Math.max(2, workers.max) : workers.max,
    },
  };
}
