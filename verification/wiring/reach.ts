import { listOf, objectOf } from "../../policies/blocks";
import { resourcesOf } from "../../stacks/stack-json";
import { closedSides, mayCallApiServer, type Policy } from "../network/policies";
import type { ClusterModel, ClusterService } from "../objects/cluster";
import { at, groupKind, type KubeObject } from "../objects/kube-object";
import { hasLabels, type PodTemplate } from "../objects/pods";
import type { Finding, Ledger } from "../report";
import type { Subject } from "../subject";
import { type Address, addressesIn, type Surroundings } from "./addresses";
import { checkReference } from "./named";
import { namedReferences, textReferences } from "./references";

/** Controllers that act on an object's addresses, where no pod of its own does: by the labels of their pods. */
const actors: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "external-secrets.io/SecretStore": { "app.kubernetes.io/name": "external-secrets" },
  "external-secrets.io/ClusterSecretStore": { "app.kubernetes.io/name": "external-secrets" },
  "generators.external-secrets.io/VaultDynamicSecret": { "app.kubernetes.io/name": "external-secrets" },
  "cert-manager.io/ClusterIssuer": {
    "app.kubernetes.io/name": "cert-manager",
    "app.kubernetes.io/component": "controller",
  },
  "cert-manager.io/Issuer": { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/component": "controller" },
};

/** Kinds whose texts are no addresses that somebody calls. */
const silent = new Set(["NetworkPolicy", "CustomResourceDefinition", "Namespace", "Service", "Role", "ClusterRole"]);

/** Where an address stands and who calls it. */
interface Mention {
  readonly object: Pick<KubeObject, "kind" | "name" | "namespace" | "origin">;
  readonly address: Address;
  readonly callers: readonly PodTemplate[];
}

/** Checks that every address leads to a Service, its port and pods, and that the policies let the callers through. */
export function checkAddresses(
  subject: Subject,
  model: ClusterModel,
  policies: readonly Policy[],
  ledger: Ledger,
): void {
  for (const mention of [...mentionsIn(model, ledger), ...mentionsOfVault(subject, model)]) {
    checkMention(mention, model, policies, ledger);
  }
}

function around(model: ClusterModel, namespace: string): Surroundings {
  const find = (where: string, name: string) => model.services.get(`${where}/${name}`);
  return {
    namespace,
    namespaces: model.namespaces,
    jobs: jobNamespaces(model, namespace),
    hasService: (where, name) => find(where, name) !== undefined,
    hasPort: (where, name, port) => find(where, name)?.ports.some((each) => each.port === port) ?? false,
  };
}

function mentionsIn(model: ClusterModel, ledger: Ledger): readonly Mention[] {
  const users = usersOf(model);
  return model.objects
    .filter(({ kind }) => !silent.has(kind))
    .flatMap((object) => {
      const own = model.pods.filter((pod) => pod.object === object);
      const actor = actors[groupKind(object)];
      const acting = actor ? model.pods.filter((pod) => hasLabels(pod, actor)) : [];
      const names = dataOf(object).flatMap((name) => users.get(`${object.namespace}/${name}`) ?? []);
      const callers = own.length > 0 ? own : names.length > 0 ? names : acting;
      for (const text of textsOf(object)) {
        const jobs = jobNamespaces(model, object.namespace);
        for (const namespace of jobs.length > 0 ? jobs : [object.namespace]) {
          for (const found of textReferences(text, namespace)) {
            checkReference({ ...found, path: "text" }, object, model, ledger);
          }
        }
      }
      const { metadata: _, status: __, ...rest } = object.block;
      return addressesIn(rest, around(model, object.namespace)).map((address) => ({
        object,
        address,
        callers: address.jobs === undefined ? callers : jobsOf(model, address.jobs, address.executors === true),
      }));
    });
}

/** Pods of the Spark jobs of a namespace. */
function jobsOf(model: ClusterModel, namespaces: readonly string[], executors: boolean): readonly PodTemplate[] {
  const roles = executors ? ["driver", "executor"] : ["driver"];
  return model.pods.filter(
    (pod) => namespaces.includes(pod.namespace) && roles.includes(pod.labels["spark-role"] ?? ""),
  );
}

/** Namespaces of the jobs whose defaults lie in a namespace: that of the Spark operator. */
function jobNamespaces(model: ClusterModel, namespace: string): readonly string[] {
  return model.releases
    .filter(({ installation }) => installation.chart === "spark-operator" && installation.namespace === namespace)
    .flatMap(({ installation }) => listOf(at(installation.values, "spark", "jobNamespaces")).map(String));
}

/** Names of the Secrets and ConfigMaps that an object writes its texts to. */
function dataOf(object: KubeObject): readonly string[] {
  if (object.kind === "ConfigMap" || object.kind === "Secret") {
    return [`${object.kind} ${object.name}`];
  }
  if (groupKind(object) === "external-secrets.io/ExternalSecret") {
    const target = objectOf(objectOf(object.block.spec).target).name;
    return [`Secret ${typeof target === "string" ? target : object.name}`];
  }
  return [];
}

/** Texts of an object that hold a whole file each. */
function textsOf(object: KubeObject): readonly string[] {
  const spec = objectOf(object.block.spec);
  const data = object.kind === "ConfigMap" ? object.block.data : objectOf(objectOf(spec.target).template).data;
  return Object.values(objectOf(data)).filter((text) => typeof text === "string");
}

/** Pods by the Secrets and ConfigMaps that they read, as `namespace/Kind name`. */
function usersOf(model: ClusterModel): ReadonlyMap<string, readonly PodTemplate[]> {
  const users = new Map<string, PodTemplate[]>();
  for (const pod of model.pods) {
    const held = pod.spec ? { ...pod.object, block: { spec: pod.spec } } : pod.object;
    for (const { kind, namespace, name } of namedReferences(held)) {
      if (kind === "secret" || kind === "config map") {
        const key = `${namespace}/${kind === "secret" ? "Secret" : "ConfigMap"} ${name}`;
        users.set(key, [...new Set([...(users.get(key) ?? []), pod])]);
      }
    }
  }
  return users;
}

/** Addresses in the configuration of Vault, which its servers call. */
function mentionsOfVault(subject: Subject, model: ClusterModel): readonly Mention[] {
  const callers = model.pods.filter(
    ({ labels }) => labels.component === "server" && /^(vault|openbao)$/.test(labels["app.kubernetes.io/name"] ?? ""),
  );
  const namespace = callers[0]?.namespace ?? "vault";
  return subject.stacks.flatMap((stack) =>
    resourcesOf(stack.json)
      .filter(({ type }) => /^vault_(database|auth|kubernetes|identity|jwt)/.test(type))
      .flatMap(({ type, name, block }) =>
        addressesIn(block, around(model, namespace)).map((address) => ({
          object: { kind: type, name, namespace, origin: { stack: stack.name, release: `${type}.${name}` } },
          address,
          callers,
        })),
      ),
  );
}

function checkMention(
  { object, address, callers }: Mention,
  model: ClusterModel,
  policies: readonly Policy[],
  ledger: Ledger,
): void {
  const { service: name, namespace, port } = address;
  const path = `${object.kind}/${object.name} ${address.path}`;
  const find = (finding: Pick<Finding, "given" | "allowed" | "next">) =>
    ledger.find({ check: "wiring", release: object.origin.release, path, ...finding });
  if (namespace === "default" && name === "kubernetes") {
    for (const caller of callers) {
      checkApiServer(caller, model, policies, ledger);
    }
    return;
  }
  if (!model.namespaces.has(namespace)) {
    ledger.count("address outside");
    return;
  }
  ledger.count("address");
  const service = model.services.get(`${namespace}/${name}`);
  if (!service) {
    const maybe = model.mayMake(namespace);
    for (const { installation, reason, refused } of maybe) {
      const why = reason ?? refused ?? "not rendered";
      ledger.skip(
        { release: installation.id, chart: installation.chart, reason: why },
        `whether it makes the Service ${name}, which ${path} calls as ${address.given}`,
      );
    }
    if (maybe.length === 0) {
      const allowed = model.serviceNames(namespace).join(", ") || `no Service is in ${namespace}`;
      find({ given: address.given, allowed, next: "name a Service that is there" });
    }
    return;
  }
  if (service.external) {
    return;
  }
  if (port !== undefined) {
    ledger.count("port");
    if (!service.ports.some((each) => each.port === port) && !service.headless) {
      find({
        given: `${address.given}, port ${port}`,
        allowed: service.ports.map((each) => each.port).join(", "),
        next: `name a port of the Service ${name}`,
      });
      return;
    }
  }
  checkFlows(
    service,
    port,
    callers,
    model,
    policies,
    { path, given: address.given, release: object.origin.release },
    ledger,
  );
}

/** Checks that each caller may reach each pod of a Service, at the port at which the pod listens. */
function checkFlows(
  service: ClusterService,
  port: number | undefined,
  callers: readonly PodTemplate[],
  model: ClusterModel,
  policies: readonly Policy[],
  from: { readonly path: string; readonly given: string; readonly release: string },
  ledger: Ledger,
): void {
  const targets = model.podsBehind(service);
  const used = port === undefined ? service.ports : service.ports.filter((each) => each.port === port);
  const open = used.length > 0 ? used : port === undefined ? [] : [{ port, target: port }];
  for (const caller of callers) {
    for (const target of targets) {
      if (caller.object === target.object && caller.madeBy === target.madeBy && !target.several) {
        continue;
      }
      const results = open.map(({ target: wanted }) => {
        const number = typeof wanted === "number" ? wanted : target.ports.find(({ name }) => name === wanted)?.port;
        return number === undefined
          ? []
          : closedSides(policies, caller, target, number).map((side) => ({ side, number }));
      });
      if (results.length === 0) {
        continue;
      }
      ledger.count("flow");
      const given = `${caller.namespace} ${caller.madeBy} calls ${from.given}`;
      ledger.consider({ check: "network", release: from.release, path: from.path, given });
      // Where no port is named, one open way is enough.
      if (port === undefined && results.some((closed) => closed.length === 0)) {
        continue;
      }
      for (const { side, number } of results.flat()) {
        ledger.find({
          check: "network",
          release: from.release,
          path: from.path,
          given,
          allowed: `no policy opens ${side} ${side === "egress" ? `from ${caller.madeBy} of ${caller.namespace}` : `to ${target.madeBy} of ${target.namespace}`} at port ${number}`,
          next: `declare the flow from ${caller.madeBy} to ${target.madeBy} with the port ${number} of its pods`,
        });
      }
    }
  }
}

/** Pods whose account has rights call the API server, and so do those whose configuration names it. */
export function checkApiServerFlows(model: ClusterModel, policies: readonly Policy[], ledger: Ledger): void {
  const bound = new Set(
    model.objects
      .filter(({ kind }) => kind === "RoleBinding" || kind === "ClusterRoleBinding")
      .flatMap(({ block, namespace }) =>
        listOf(block.subjects).flatMap((subject) => {
          const { kind, name, namespace: own } = objectOf(subject);
          return kind === "ServiceAccount" ? [`${String(own ?? namespace)}/${String(name)}`] : [];
        }),
      ),
  );
  const tokenless = new Set(
    model.objects
      .filter(({ kind, block }) => kind === "ServiceAccount" && block.automountServiceAccountToken === false)
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  for (const pod of model.pods) {
    const account = `${pod.namespace}/${String(pod.spec?.serviceAccountName ?? "default")}`;
    const mounted = pod.spec?.automountServiceAccountToken ?? !tokenless.has(account);
    if (
      pod.callsApiServer === true ||
      (pod.callsApiServer === undefined && pod.spec && mounted !== false && bound.has(account))
    ) {
      checkApiServer(pod, model, policies, ledger);
    }
  }
}

function checkApiServer(pod: PodTemplate, model: ClusterModel, policies: readonly Policy[], ledger: Ledger): void {
  if (!model.namespaces.has(pod.namespace) || pod.spec?.hostNetwork === true) {
    return;
  }
  ledger.count("API server flow");
  if (!mayCallApiServer(policies, pod)) {
    ledger.find({
      check: "network",
      release: pod.object.origin.release,
      path: pod.madeBy,
      given: `${pod.madeBy} of ${pod.namespace} calls the Kubernetes API`,
      allowed: "no policy opens egress from it to the API server",
      next: "declare the flow with allowApiServer, or take the token from the pod",
    });
  }
}
