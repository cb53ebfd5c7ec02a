/** Layers of an environment, in the order in which they are applied. */
export const layers = [
  "bootstrap",
  "network",
  "cluster",
  "data",
  "base",
  "vault",
  "secrets",
  "gitops",
  "services",
  "analytics",
  "observability",
  "perimeter",
] as const;

export type Layer = (typeof layers)[number];

/** Layers that live inside a cluster: every environment has them, and a rehearsal applies them. */
export const inClusterLayers = ["base", "vault", "secrets", "gitops", "services"] as const satisfies readonly Layer[];

/** Name of a stack: `<environment>-<layer>`. */
export function stackName(environment: string, layer: Layer): string {
  return `${environment}-${layer}`;
}
