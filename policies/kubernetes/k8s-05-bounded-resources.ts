import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { namespaces } from "./namespaces";
import { podTemplates } from "./pod-templates";

/** What a namespace bounds: all pods together, and each container that says nothing. */
const quotas = ["requests.cpu", "requests.memory", "pods"];

interface Bounded extends Item {
  readonly problems: (all: readonly CheckedStack[]) => readonly string[];
}

export const boundedResources: Rule = {
  id: "K8S-05",
  reason: "what asks for nothing is placed anywhere, and what is not bounded takes it from others",
  remedy: "make the namespace by PlatformNamespace, and give each container requests and a limit of memory",
  check: forEach(bounded, ({ problems }, _, all) => problems(all)),
};

function bounded(stack: CheckedStack): readonly Bounded[] {
  return [
    ...namespaces(stack).map(({ address, namespace }) => ({
      address,
      problems: (all: readonly CheckedStack[]) =>
        namespaceProblems(
          all.filter((other) => other.environment.name === stack.environment.name),
          namespace,
        ),
    })),
    ...podTemplates(stack).map(({ address, containers }) => ({
      address,
      problems: () =>
        containers.length === 0
          ? ["has no containers"]
          : containers.flatMap(({ name, resources: asked }) => {
              const { requests, limits } = { requests: objectOf(asked.requests), limits: objectOf(asked.limits) };
              return [
                ...(requests.cpu === undefined ? [`container ${name} requests no cpu`] : []),
                ...(requests.memory === undefined ? [`container ${name} requests no memory`] : []),
                ...(limits.memory === undefined ? [`container ${name} has no limit of memory`] : []),
              ];
            }),
    })),
  ];
}

function namespaceProblems(stacks: readonly CheckedStack[], namespace: string): readonly string[] {
  const within = (type: string) =>
    stacks
      .flatMap((stack) => resources(stack, [type]))
      .filter(({ block }) => objectOf(block.metadata).namespace === namespace)
      .map(({ block }) => objectOf(block.spec));
  const hard = within("kubernetes_resource_quota_v1").map(({ hard: bounds }) => objectOf(bounds));
  const limits = within("kubernetes_limit_range_v1").flatMap(({ limit }) => listOf(limit).map(objectOf));
  const container = limits.find(({ type }) => type === "Container");
  return [
    ...(hard.length === 1 ? [] : [`has ${hard.length} quotas, and needs one`]),
    ...quotas
      .filter((bound) => hard[0] && hard[0][bound] === undefined)
      .map((bound) => `its quota leaves ${bound} open`),
    ...(container ? [] : ["has no limit range for containers"]),
    ...(container && objectOf(container.default).memory === undefined
      ? [`its limit range gives containers the memory ${shown(objectOf(container.default).memory)}`]
      : []),
  ];
}
