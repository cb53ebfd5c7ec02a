import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf, resources } from "../blocks";
import { releases } from "../releases";
import type { CheckedStack, Rule } from "../rule";

const identity = "iam.gke.io/gcp-service-account";

/** The address by which pods ask, and the one behind it on the node. */
const server = { "169.254.169.254/32": "80", "169.254.169.252/32": "988" };

/** Something in a namespace. */
interface Place {
  readonly stack: CheckedStack;
  readonly namespace: string;
}

interface Way extends Place {
  readonly address: string;
  readonly problems: readonly string[];
}

export const metadataServer: Rule = {
  id: "NET-07",
  reason: "the metadata server hands out tokens, and who has no identity of Google has no business there",
  remedy: "allow the flow to metadataServer for the pods whose service account is annotated, and for no others",
  check: (stacks) => {
    const ofGoogle = stacks.filter(({ environment }) => environment.project !== undefined);
    const accounts = ofGoogle.flatMap(annotated);
    const ways = ofGoogle.flatMap(waysTo);
    const same = (one: Place, other: Place) =>
      one.namespace === other.namespace && one.stack.environment.name === other.stack.environment.name;
    return {
      visited: accounts.length + ways.length,
      findings: [
        ...accounts
          .filter((account) => !ways.some((way) => same(way, account)))
          .map(({ stack, namespace }) => ({
            stack: stack.name,
            address: `namespace ${namespace}`,
            problem: "a service account has an identity of Google, and no policy lets its pods ask for a token",
          })),
        ...ways.flatMap((way) =>
          [
            ...way.problems,
            ...(accounts.some((account) => same(way, account))
              ? []
              : [`no service account of the namespace ${way.namespace} has an identity of Google`]),
          ].map((problem) => ({ stack: way.stack.name, address: way.address, problem })),
        ),
      ],
    };
  },
};

/** Namespaces of service accounts with an identity of Google, wherever they are made. */
function annotated(stack: CheckedStack): readonly Place[] {
  const made = resources(stack, ["kubernetes_service_account_v1"]).flatMap(({ block }) => {
    const { namespace, annotations } = objectOf(block.metadata);
    return identity in objectOf(annotations) ? [String(namespace)] : [];
  });
  const released = releases(stack).flatMap(({ block, values }) =>
    values.flatMap((value) => namespacesIn(value, [String(block.namespace)])),
  );
  return [...new Set([...made, ...released])].map((namespace) => ({ stack, namespace }));
}

function namespacesIn(value: unknown, namespaces: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((member) => namespacesIn(member, namespaces));
  const object = objectOf(value);
  const { namespace } = objectOf(object.metadata);
  // The chart of the Spark operator makes the account of jobs in each namespace of this list.
  const { jobNamespaces } = object;
  const own =
    namespace !== undefined ? [String(namespace)] : jobNamespaces ? listOf(jobNamespaces).map(String) : namespaces;
  return [...(identity in object ? own : []), ...Object.values(object).flatMap((member) => namespacesIn(member, own))];
}

/** Policies that let pods reach the metadata server. */
function waysTo(stack: CheckedStack): readonly Way[] {
  return resources(stack, ["kubernetes_network_policy_v1"]).flatMap(({ address, block }) => {
    const spec = objectOf(block.spec);
    const rules = listOf(spec.egress)
      .map(objectOf)
      .filter((rule) => cidrsOf(rule).some((cidr) => cidr in server));
    if (rules.length === 0) return [];
    const namespace = String(objectOf(block.metadata).namespace);
    const problems = [
      ...(Object.keys(objectOf(spec.pod_selector)).length === 0 ? ["every pod of the namespace may ask"] : []),
      ...rules.flatMap((rule) => narrow(rule)),
    ];
    return [{ stack, namespace, address, problems }];
  });
}

function cidrsOf(rule: Block): readonly string[] {
  return listOf(rule.to).map((peer) => String(objectOf(objectOf(peer).ip_block).cidr));
}

/** The two addresses at their own ports, as a data path may see the one or the other. */
function narrow(rule: Block): readonly string[] {
  const ports = listOf(rule.ports).map((port) => String(objectOf(port).port));
  return Object.entries(server).flatMap(([cidr, port]) =>
    cidrsOf(rule).includes(cidr) && ports.includes(port) ? [] : [`${cidr} is not open at ${port}`],
  );
}
