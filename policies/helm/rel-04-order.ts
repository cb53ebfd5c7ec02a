import { type Layer, layers } from "../../stacks/layers";
import type { Block } from "../../stacks/stack-json";
import { resources, strings } from "../blocks";
import { namespaces } from "../kubernetes/namespaces";
import { deliveredObjects, releases } from "../releases";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";

/** Charts that bring the definitions of an API group, and the operator that follows them. */
const owners: Readonly<Record<string, readonly string[]>> = {
  "barmancloud.cnpg.io": ["plugin-barman-cloud"],
  "cert-manager.io": ["cert-manager"],
  "clickhouse-keeper.altinity.com": ["altinity-clickhouse-operator"],
  "clickhouse.altinity.com": ["altinity-clickhouse-operator"],
  "external-secrets.io": ["external-secrets"],
  "flink.apache.org": ["flink-kubernetes-operator"],
  "generators.external-secrets.io": ["external-secrets"],
  "k8s.mariadb.com": ["mariadb-operator-crds", "mariadb-operator"],
  "kafka.strimzi.io": ["strimzi-kafka-operator"],
  "monitoring.coreos.com": ["prometheus-operator-crds", "kube-prometheus-stack"],
  "postgresql.cnpg.io": ["cloudnative-pg"],
  "sparkoperator.k8s.io": ["spark-operator"],
  "superset.apache.org": ["superset-operator"],
  "traefik.io": ["traefik"],
};

/** Charts whose own objects are of the definitions that others bring. */
const followers: Readonly<Record<string, readonly string[]>> = {
  "flux-instance": ["flux-operator"],
  "mariadb-operator": ["mariadb-operator-crds"],
};

/** Groups that the API server or the cloud's own cluster has, without a release. */
const builtIn =
  /^(|apps|autoscaling|batch|policy|(\w+\.)*k8s\.io|networking\.gke\.io|cloud\.google\.com|monitoring\.googleapis\.com|objectbucket\.io|route\.openshift\.io)$/;

/** Something that needs others before it. */
interface Needing extends Item {
  /** Address of the resource that must wait. */
  readonly resource: string;
  readonly namespace?: string;
  /** API group of an object. */
  readonly group?: string;
  /** Charts whose releases come first. */
  readonly charts?: readonly string[];
}

export const order: Rule = {
  id: "REL-04",
  reason: "what is made before its namespace or its operator fails, and what is removed after them hangs",
  remedy: "name the namespace's resource or the operator's release in dependsOn",
  check: forEach(needing, ({ resource, namespace, group, charts }, stack, all) => {
    const own = all.filter(({ environment }) => environment.name === stack.environment.name);
    return [
      ...(namespace === undefined ? [] : namespaceProblems(namespace, resource, stack)),
      ...(group !== undefined && !charts ? [`nobody is known to bring the definitions of ${group}`] : []),
      ...(charts ? chartProblems(charts, group, resource, stack, own) : []),
    ];
  }),
};

function needing(stack: CheckedStack): readonly Needing[] {
  const objects = deliveredObjects(stack).map(({ address, apiVersion }) => {
    const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    return { address, resource: address.split(" ")[0] ?? address, group, charts: owners[group] };
  });
  const following = releases(stack).flatMap(({ address, block }) => {
    const charts = followers[chartOf(block)];
    return charts ? [{ address, resource: address, charts }] : [];
  });
  const placed = [
    ...releases(stack).map(({ address, block }) => ({ address, namespace: String(block.namespace) })),
    ...resources(stack, /^kubernetes_/).flatMap(({ address, block }) => {
      const { namespace } = Object(block.metadata) as { readonly namespace?: unknown };
      return typeof namespace === "string" ? [{ address, namespace }] : [];
    }),
  ];
  return [
    ...placed.map(({ address, namespace }) => ({ address, resource: address, namespace })),
    ...following,
    ...objects.filter(({ group }) => !builtIn.test(group)),
  ];
}

/** A namespace of an earlier layer is there; one of the same stack must be waited for. */
function namespaceProblems(namespace: string, resource: string, stack: CheckedStack): readonly string[] {
  const made = namespaces(stack).find((one) => one.namespace === namespace);
  return !made || waitsFor(stack, resource).has(made.address)
    ? []
    : [`does not wait for its namespace ${made.address}`];
}

function chartProblems(
  charts: readonly string[],
  group: string | undefined,
  resource: string,
  stack: CheckedStack,
  own: readonly CheckedStack[],
): readonly string[] {
  const found = own.flatMap((other) =>
    releases(other)
      .filter(({ block }) => charts.includes(chartOf(block)))
      .map(({ address }) => ({ layer: other.layer, address })),
  );
  const before = (layer: Layer) => layers.indexOf(layer) <= layers.indexOf(stack.layer);
  const waited = waitsFor(stack, resource);
  const what = group === undefined ? "" : `, which brings ${group}`;
  return [
    ...(found.some(({ layer }) => before(layer)) ? [] : [`no release of ${charts.join(" or ")} is before it${what}`]),
    ...found
      .filter(({ layer, address }) => layer === stack.layer && address !== resource && !waited.has(address))
      .map(({ address }) => `does not wait for ${address}${what}`),
  ];
}

/** Name of a chart, without its folder or registry. */
function chartOf({ chart }: Block): string {
  return String(chart).split("/").at(-1) ?? "";
}

const known = new WeakMap<CheckedStack, Map<string, ReadonlySet<string>>>();

/** Addresses of all that a resource waits for, directly or by others: what it depends on and what it refers to. */
function waitsFor(stack: CheckedStack, resource: string): ReadonlySet<string> {
  const edges = known.get(stack) ?? edgesOf(stack);
  known.set(stack, edges);
  const seen = new Set<string>();
  const next = [resource];
  for (let address = next.pop(); address !== undefined; address = next.pop()) {
    for (const other of edges.get(address) ?? []) {
      if (!seen.has(other)) {
        seen.add(other);
        next.push(other);
      }
    }
  }
  return seen;
}

function edgesOf(stack: CheckedStack): Map<string, ReadonlySet<string>> {
  const all = resources(stack);
  const addresses = new Set(all.map(({ address }) => address));
  return new Map(
    all.map(({ address, block }) => [
      address,
      new Set(
        strings(block)
          .flatMap(({ address: at, value }) => (at.startsWith("depends_on") ? [value] : referencesOf(value)))
          .filter((reference) => addresses.has(reference)),
      ),
    ]),
  );
}

/** Addresses in the expressions of a text. */
function referencesOf(text: string): readonly string[] {
  return [...text.matchAll(/[^$]?\$\{([^}]*)\}/g)].flatMap(([, expression = ""]) => [
    ...[...expression.matchAll(/[a-z0-9_]+\.[A-Za-z0-9_-]+/g)].map(([reference]) => reference),
  ]);
}
