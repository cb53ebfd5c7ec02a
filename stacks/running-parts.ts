import type { ChartPin } from "../charts";
import type { RunningParts } from "../constructs/gke";
import { ChartRelease } from "../constructs/kubernetes";
import type { PlatformStack } from "./platform-stack";

/** What the layers inside a cluster run: their charts, and their manifests as they will be written. */
export function runningParts(stacks: readonly PlatformStack[]): RunningParts {
  return {
    charts: stacks
      .flatMap((stack) => stack.node.findAll())
      .flatMap((child) =>
        child instanceof ChartRelease && "chart" in child.chart ? [child.chart satisfies ChartPin] : [],
      ),
    manifests: stacks.map((stack) => JSON.stringify(stack.toTerraform())),
  };
}
