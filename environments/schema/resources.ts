import type * as z from "zod";
import { strict } from "./field";
import { type Bytes, type Cpu, cpu, size } from "./quantity";

/** What one pod asks for and may use at most. */
export interface Resources {
  readonly requests: { readonly cpu: Cpu; readonly memory: Bytes };
  /** CPU has no limit unless one is given: a limit slows a pod down even while its node is idle. */
  readonly limits: { readonly cpu?: Cpu; readonly memory: Bytes };
}

/** Resources in an environment file; what is left out comes from the size of the environment. */
export const resourcesInput = strict({
  requests: strict({ cpu: cpu().optional(), memory: size().optional() }).optional(),
  limits: strict({ cpu: cpu().optional(), memory: size().optional() }).optional(),
});

export type ResourcesInput = z.input<typeof resourcesInput>;

/** Memory is requested up to its limit, so that no pod is evicted for memory that another one was promised. */
export function sized(cpuRequest: Cpu, memory: Bytes): Resources {
  return { requests: { cpu: cpuRequest, memory }, limits: { memory } };
}

/** Fills in what was left out. The limit of memory follows the request unless it is given, and the other way round. */
export function resolveResources(given: ResourcesInput | undefined, defaults: Resources): Resources {
  const cpuLimit = given?.limits?.cpu ?? defaults.limits.cpu;
  const memory = given?.requests?.memory ?? given?.limits?.memory ?? defaults.requests.memory;
  const fallback = given?.requests?.memory ?? defaults.limits.memory;
  return {
    requests: { cpu: given?.requests?.cpu ?? defaults.requests.cpu, memory },
    limits: { ...(cpuLimit ? { cpu: cpuLimit } : {}), memory: given?.limits?.memory ?? fallback },
  };
}
