import { listOf, objectOf } from "../../policies/blocks";
import { type MadeService, operatorPods, productsOf } from "../products";
import { secretsOfChart } from "../products/charts";
import type { RenderedRelease } from "../rendering/render";
import { type Subject, storageClasses } from "../subject";
import { at, groupKind, type KubeObject, mapOf, textOf } from "./kube-object";
import { hasLabels, type PodTemplate, podsOf } from "./pods";
import { sparkJobPods } from "./spark-jobs";
import { terraformObjects } from "./terraform-objects";

/** A Service with its namespace. */
export interface ClusterService extends MadeService {
  readonly namespace: string;
  readonly headless: boolean;
  /** An alias of a name elsewhere. */
  readonly external: boolean;
}

type Keys = ReadonlySet<string> | "any";

/** Everything that the environment will have in its cluster, as far as it is known, by namespace and name. */
export class ClusterModel {
  readonly objects: readonly KubeObject[];
  readonly pods: readonly PodTemplate[];
  readonly services: ReadonlyMap<string, ClusterService>;
  /** Namespaces that the environment makes. */
  readonly namespaces: ReadonlySet<string>;
  private readonly secrets = new Map<string, Keys>();
  private readonly configMaps = new Map<string, Keys>();
  private readonly named = new Set<string>();

  constructor(
    subject: Subject,
    readonly releases: readonly RenderedRelease[],
  ) {
    this.objects = [...subject.stacks.flatMap(terraformObjects), ...releases.flatMap(({ objects }) => objects)];
    this.pods = [
      ...this.objects.flatMap((object) => [...podsOf(object), ...operatorPods(object, this.objects)]),
      ...releases.flatMap(sparkJobPods),
    ];
    this.namespaces = new Set(this.objects.filter(({ kind }) => kind === "Namespace").map(({ name }) => name));
    this.services = new Map(this.objects.flatMap(servicesOf).map((made) => [`${made.namespace}/${made.name}`, made]));
    for (const name of storageClasses[subject.target]) {
      this.named.add(`StorageClass//${name}`);
    }
    for (const { installation } of releases) {
      for (const { name, keys } of secretsOfChart(installation)) {
        this.secrets.set(`${installation.namespace}/${name}`, keys === "any" ? keys : new Set(keys));
      }
    }
    for (const object of this.objects) {
      this.note(object);
    }
  }

  /**
   * Releases that could not be rendered and that may make what is not found in a namespace: those in it, and those whose
   * values name it. Without a namespace: all of them.
   */
  mayMake(namespace: string): readonly RenderedRelease[] {
    return this.releases.filter(
      ({ by, installation }) =>
        by === "no" &&
        (namespace === "" ||
          installation.namespace === namespace ||
          JSON.stringify(installation.values).includes(`"${namespace}"`)),
    );
  }

  /** Keys of a Secret; undefined when there is none. */
  secret(namespace: string, name: string): Keys | undefined {
    return this.secrets.get(`${namespace}/${name}`);
  }

  /** Keys of a ConfigMap; undefined when there is none. */
  configMap(namespace: string, name: string): Keys | undefined {
    // Every namespace has the API server's authority.
    return name === "kube-root-ca.crt" ? new Set(["ca.crt"]) : this.configMaps.get(`${namespace}/${name}`);
  }

  /** Whether there is an object of a kind; the namespace is empty for kinds without. */
  has(kind: string, namespace: string, name: string): boolean {
    return this.named.has(`${kind}/${namespace}/${name}`) || (kind === "ServiceAccount" && name === "default");
  }

  /** Names of objects of a kind that are there, for messages. */
  namesOf(kind: string, namespace: string): readonly string[] {
    const prefix = `${kind}/${namespace}/`;
    return [...this.named]
      .filter((each) => each.startsWith(prefix))
      .map((each) => each.slice(prefix.length))
      .sort();
  }

  secretNames(namespace: string): readonly string[] {
    return namesBelow(this.secrets, namespace);
  }

  configMapNames(namespace: string): readonly string[] {
    return namesBelow(this.configMaps, namespace);
  }

  serviceNames(namespace: string): readonly string[] {
    return namesBelow(this.services, namespace);
  }

  /** Pods that a Service leads to. */
  podsBehind(service: ClusterService): readonly PodTemplate[] {
    const { selector, namespace } = service;
    return selector ? this.pods.filter((pod) => pod.namespace === namespace && hasLabels(pod, selector)) : [];
  }

  private note(object: KubeObject): void {
    const { kind, namespace, name, block } = object;
    this.named.add(`${kind}/${namespace}/${name}`);
    const key = `${namespace}/${name}`;
    if (kind === "Secret" || kind === "ConfigMap") {
      const keys = ["data", "stringData", "binaryData"].flatMap((part) => Object.keys(objectOf(block[part])));
      // An empty one is there for a program to fill.
      (kind === "Secret" ? this.secrets : this.configMaps).set(key, keys.length > 0 ? new Set(keys) : "any");
    }
    if (kind === "StatefulSet") {
      for (const template of listOf(at(block, "spec", "volumeClaimTemplates"))) {
        this.named.add(`ClaimTemplate/${namespace}/${String(at(template, "metadata", "name"))}`);
      }
    }
    const products = productsOf(object);
    for (const { name: made, keys } of products.secrets ?? []) {
      this.secrets.set(`${namespace}/${made}`, union(this.secrets.get(`${namespace}/${made}`), keys));
    }
    for (const { name: made, keys } of products.configMaps ?? []) {
      this.configMaps.set(`${namespace}/${made}`, keys === "any" ? keys : new Set(keys));
    }
    for (const account of products.serviceAccounts ?? []) {
      this.named.add(`ServiceAccount/${namespace}/${account}`);
    }
  }
}

/** Two owners of one Secret add up: a certificate beside a synced key. */
function union(known: Keys | undefined, more: readonly string[] | "any"): Keys {
  return known === "any" || more === "any" ? "any" : new Set([...(known ?? []), ...more]);
}

function namesBelow(map: ReadonlyMap<string, unknown>, namespace: string): readonly string[] {
  return [...map.keys()]
    .filter((key) => key.startsWith(`${namespace}/`))
    .map((key) => key.slice(namespace.length + 1))
    .sort();
}

function servicesOf(object: KubeObject): readonly ClusterService[] {
  const { namespace } = object;
  const made = (productsOf(object).services ?? []).map((each) => ({
    ...each,
    namespace,
    headless: false,
    external: false,
  }));
  if (groupKind(object) !== "Service") {
    return made;
  }
  const spec = objectOf(object.block.spec);
  const selector = mapOf(spec.selector);
  return [
    ...made,
    {
      namespace,
      name: object.name,
      headless: spec.clusterIP === "None",
      external: textOf(spec.type) === "ExternalName",
      ports: listOf(spec.ports).map((entry) => {
        const { port, targetPort, name } = objectOf(entry);
        const target = typeof targetPort === "string" || typeof targetPort === "number" ? targetPort : Number(port);
        return { port: Number(port), target, ...(typeof name === "string" ? { name } : {}) };
      }),
      ...(Object.keys(selector).length > 0 ? { selector } : {}),
    },
  ];
}
