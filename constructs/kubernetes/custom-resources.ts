import { fileURLToPath } from "node:url";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings, type JsonObject, PlatformError } from "../terraform";
import { ChartRelease, type LocalChart } from "./chart-release";
import type { INamespace } from "./namespace";
import { leaveUsersToNamespace } from "./namespace-users";

/** A Kubernetes object of any kind, as it would stand in a manifest. */
export interface KubernetesObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** The release's namespace when absent and the kind is namespaced. */
    readonly namespace?: string;
    readonly labels?: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
}

/** Settings of {@link CustomResources}. */
export interface CustomResourcesProps {
  /** Namespace of the release. */
  readonly namespace: INamespace;
  /** Name of the release. */
  readonly releaseName: string;
  /**
   * The objects; two of the same kind, namespace and name are refused. A function is asked when the tree is written, for
   * objects that grow with what is built after them.
   */
  readonly objects: readonly KubernetesObject[] | (() => readonly KubernetesObject[]);
  /**
   * What must exist before, such as the release that brings the definitions.
   *
   * @default - the namespace only
   */
  readonly dependsOn?: readonly ITerraformDependable[];
  /**
   * Whether the apply goes on only when the release's pods are ready: for objects with pods of Kubernetes' own kinds.
   *
   * @default false: Helm's waiter does not know custom resources, so waiting would only look like a check
   */
  readonly wait?: boolean;
}

/** The chart that renders `.Values.objects` as they are. */
const customResourcesChart: LocalChart = {
  folder: fileURLToPath(new URL("../../charts/custom-resources", import.meta.url)),
  version: "1.0.0",
};

/**
 * Custom resources of one owner, delivered by a small local chart.
 *
 * `kubernetes_manifest` would need their definitions and a live API server at plan (rule TF-11); this needs neither.
 */
export class CustomResources extends Construct {
  readonly release: ChartRelease;
  private readonly given: CustomResourcesProps["objects"];

  /** @throws PlatformError for no object at all and for an object that is there twice */
  constructor(scope: Construct, id: string, props: CustomResourcesProps) {
    super(scope, id);
    this.given = props.objects;
    const values = () => ({ objects: this.byName(props.namespace) });
    this.release = new ChartRelease(this, "Release", {
      chart: customResourcesChart,
      namespace: props.namespace,
      releaseName: props.releaseName,
      wait: props.wait ?? false,
      values: typeof this.given === "function" ? values : values(),
      dependsOn: props.dependsOn,
    });
  }

  /** The objects as they are now. */
  get objects(): readonly KubernetesObject[] {
    const objects = typeof this.given === "function" ? this.given() : this.given;
    return DeploySettings.of(this).openshift
      ? objects.map((object) => leaveUsersToNamespace(object, "drop") as KubernetesObject)
      : objects;
  }

  private byName(namespace: INamespace): { readonly [name: string]: KubernetesObject } {
    const { objects } = this;
    if (objects.length === 0) {
      throw new PlatformError(this, "there are no objects", "add one or leave the release out");
    }
    const byName = new Map<string, KubernetesObject>();
    for (const object of objects) {
      const name = nameOf(object, namespace);
      if (byName.has(name)) {
        throw new PlatformError(this, `${name} is there twice`, "keep one of them or give the other another name");
      }
      byName.set(name, object);
    }
    return Object.fromEntries(byName);
  }
}

function nameOf(object: KubernetesObject, namespace: INamespace): string {
  const { name, namespace: own } = object.metadata;
  const prefix = own && own !== namespace.name ? `${own}-` : "";
  return `${object.kind}-${prefix}${name}`.toLowerCase();
}
