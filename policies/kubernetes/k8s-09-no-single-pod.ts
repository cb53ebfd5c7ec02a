import { objectOf, shown } from "../blocks";
import { deliveredObjects } from "../releases";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { podTemplates } from "./pod-templates";

interface Guarded extends Item {
  readonly problems: readonly string[];
}

export const noSinglePod: Rule = {
  id: "K8S-09",
  reason: "nodes are emptied for every upgrade: one pod of several stays, and none stops the emptying",
  remedy: "give it two replicas that are spread, with disruptionBudget; what may be away needs an exception",
  check: forEach(guarded, ({ problems }) => problems),
};

const isProtected = ({ environment: { tier } }: CheckedStack) => tier === "staging" || tier === "prod";

function guarded(stack: CheckedStack): readonly Guarded[] {
  if (!isProtected(stack)) {
    return [];
  }
  const budgets = deliveredObjects(stack)
    .filter(({ kind }) => kind === "PodDisruptionBudget")
    .map(({ address, namespace, object }) => ({ address, namespace, spec: objectOf(object.spec) }));
  const scalers = deliveredObjects(stack)
    .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
    .map(({ namespace, object }) => {
      const { scaleTargetRef, minReplicas } = objectOf(object.spec);
      return { namespace, target: String(objectOf(scaleTargetRef).name), least: Number(minReplicas ?? 1) };
    });
  const pods = podTemplates(stack)
    .filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet")
    .map((template) => {
      const { address, namespace, labels, spreads } = template;
      const scaler = scalers.find(
        (one) => one.namespace === namespace && address.endsWith(`${template.kind} ${one.target}`),
      );
      const replicas = scaler?.least ?? template.replicas ?? 1;
      const own = budgets.filter((budget) => budget.namespace === namespace && selects(budget.spec, labels));
      return { address, replicas, spreads, own };
    });
  return [
    ...pods.map(({ address, replicas, spreads, own }) => ({
      address,
      problems:
        replicas < 2
          ? [`has ${replicas} ${replicas === 1 ? "pod" : "pods"}`]
          : [
              ...(own.length === 0 ? ["has no disruption budget"] : []),
              ...(spreads ? [] : ["its pods may all be on one node"]),
            ],
    })),
    ...budgets.map(({ address, spec }) => ({
      address,
      problems: blocking(spec, Math.min(...pods.filter(({ own }) => own.some((one) => one.spec === spec)).map(least))),
    })),
  ];
}

const least = ({ replicas }: { readonly replicas: number }) => replicas;

function selects(spec: ReturnType<typeof objectOf>, labels: ReturnType<typeof objectOf>): boolean {
  const wanted = Object.entries(objectOf(objectOf(spec.selector).matchLabels));
  return wanted.length > 0 && wanted.every(([label, value]) => labels[label] === value);
}

/** What keeps a node from being emptied; of pods of others only what no number of them would allow. */
function blocking({ maxUnavailable, minAvailable }: ReturnType<typeof objectOf>, replicas: number): readonly string[] {
  return [
    ...(maxUnavailable === 0 || maxUnavailable === "0%" ? [`maxUnavailable is ${shown(maxUnavailable)}`] : []),
    ...(minAvailable === "100%" || Number(minAvailable ?? 0) >= replicas
      ? [`minAvailable is ${shown(minAvailable)}${Number.isFinite(replicas) ? ` of ${replicas}` : ""}`]
      : []),
    ...(maxUnavailable === undefined && minAvailable === undefined
      ? ["says neither how many must stay nor how many may go"]
      : []),
  ];
}
