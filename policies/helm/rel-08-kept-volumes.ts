import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf, resources, shown } from "../blocks";
import { releases } from "../releases";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";

/** A class of volumes, or a place in the values of a release where a volume is asked for. */
interface Volume extends Item {
  readonly problems: (all: readonly CheckedStack[]) => readonly string[];
}

export const keptVolumes: Rule = {
  id: "REL-08",
  reason:
    "a default class is another one tomorrow, and a volume that goes with its claim is data that goes with a typo",
  remedy: "name the environment's storage class, and let it retain volumes that can grow",
  check: forEach(volumes, ({ problems }, { environment }, all) =>
    problems(all.filter((stack) => stack.environment.name === environment.name)),
  ),
};

function volumes(stack: CheckedStack): readonly Volume[] {
  const { tier } = stack.environment;
  if (tier !== "staging" && tier !== "prod") {
    return [];
  }
  return [
    ...classes(stack).map(({ address, block }) => ({ address, problems: () => classProblems(block) })),
    ...releases(stack).flatMap(({ address, values }) =>
      values
        .flatMap((value) => asked(value))
        .map(({ path, storageClass }) => ({
          address: `${address} ${path}`,
          problems: (all: readonly CheckedStack[]) => claimProblems(storageClass, all),
        })),
    ),
  ];
}

function classes(stack: CheckedStack) {
  return resources(stack, /^kubernetes_storage_class(_v1)?$/);
}

function classProblems(block: Block): readonly string[] {
  const { reclaim_policy: kept, allow_volume_expansion: grows, volume_binding_mode: bound, parameters } = block;
  const key = objectOf(parameters)["disk-encryption-kms-key"];
  return [
    ...(kept === "Retain" ? [] : [`reclaim_policy is ${shown(kept)}`]),
    ...(grows === true ? [] : [`allow_volume_expansion is ${shown(grows)}`]),
    ...(bound === "WaitForFirstConsumer" ? [] : [`volume_binding_mode is ${shown(bound)}`]),
    ...(typeof key === "string" && key.startsWith("projects/") ? [] : [`disk-encryption-kms-key is ${shown(key)}`]),
  ];
}

function claimProblems(storageClass: unknown, all: readonly CheckedStack[]): readonly string[] {
  const made = all.flatMap(classes).map(({ block }) => objectOf(block.metadata).name);
  return made.includes(storageClass)
    ? []
    : [`its class is ${shown(storageClass)}, and the environment makes ${made.join(", ") || "none"}`];
}

const quantity = /^\d+(\.\d+)?[KMGTP]i?$/;

interface Asked {
  readonly path: string;
  readonly storageClass: unknown;
}

/**
 * Where values ask for a volume: a claim as Kubernetes has it, or what charts and operators make one from, which is a size
 * beside a class or in a part that is named for storage.
 */
function asked(value: unknown, path = ""): readonly Asked[] {
  if (Array.isArray(value)) {
    return value.flatMap((member, index) => asked(member, `${path}[${index}]`));
  }
  const object = objectOf(value);
  const inner = Object.entries(object).flatMap(([key, member]) => asked(member, path ? `${path}.${key}` : key));
  const storageClass = object.storageClassName ?? object.storageClass ?? object.class;
  if (listOf(object.accessModes).length > 0) {
    return [{ path, storageClass }, ...inner];
  }
  const named = /(storage|persistence|persistentVolume|volumes\[\d+\]|walStorage|data)$/i.test(path);
  const off = object.enabled === false || object.emptyDir !== undefined || object.type === "ephemeral";
  const sized = typeof object.size === "string" && quantity.test(object.size);
  return sized && !off && (named || storageClass !== undefined) ? [{ path, storageClass }, ...inner] : inner;
}
