import type { Construct, IConstruct } from "constructs";

/** Choices of an environment that every construct of a stack follows. */
export interface DeploySettingsProps {
  /**
   * Whether a plan may destroy what holds data. It drives `prevent_destroy`, deletion protection and volume retention.
   *
   * @default false
   */
  readonly allowDestroy?: boolean;
  /**
   * Where charts come from: `upstream`, an OCI mirror (`oci://host/path`) or a folder with one folder per chart.
   *
   * @default "upstream"
   */
  readonly charts?: string;
  /**
   * Registry that mirrors the images of this project's own manifests, host and path without a scheme.
   *
   * @default - the upstream registry of each image
   */
  readonly imageRegistry?: string;
  /**
   * Registry of the images that this project builds itself (`terralake/<name>:<tag>`), host and path without a scheme.
   *
   * @default - that of the other images, else `localhost`
   */
  readonly ownRegistry?: string;
  /**
   * What own images are, by name and tag: `spark:1` to `sha256:…`. An image with a row is named by both.
   *
   * @default - none: they are named by their tag
   */
  readonly ownDigests?: Readonly<Record<string, string>>;
  /**
   * When a node pulls an image that it has.
   *
   * @default "IfNotPresent"
   */
  readonly pullPolicy?: PullPolicy;
  /**
   * Class of volumes whose service names none.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Whether users and groups of pods are left to the range of their namespace, as OpenShift's restricted profile wants.
   *
   * @default false
   */
  readonly openshift?: boolean;
  /**
   * Kinds of node pools beside the general ones, to which pods can be sent.
   *
   * @default - none: all pods run on the nodes that there are
   */
  readonly nodePools?: readonly string[];
}

/** When a node pulls an image, in Kubernetes' words. */
export type PullPolicy = "IfNotPresent" | "Always";

/** Where the references of images of this project begin. */
const own = "terralake/";

const key = "terralake:deploy-settings";

/** Settings of the nearest scope that has some, found as `Stack.of` finds a stack. */
export class DeploySettings {
  readonly allowDestroy: boolean;
  readonly charts: string;
  readonly imageRegistry?: string;
  readonly ownRegistry: string;
  readonly ownDigests: Readonly<Record<string, string>>;
  readonly pullPolicy: PullPolicy;
  readonly storageClass?: string;
  readonly openshift: boolean;
  readonly nodePools: readonly string[];

  private constructor(props: DeploySettingsProps) {
    this.allowDestroy = props.allowDestroy ?? false;
    this.charts = props.charts ?? "upstream";
    this.imageRegistry = props.imageRegistry;
    this.ownRegistry = props.ownRegistry ?? props.imageRegistry ?? "localhost";
    this.ownDigests = props.ownDigests ?? {};
    this.pullPolicy = props.pullPolicy ?? "IfNotPresent";
    this.storageClass = props.storageClass;
    this.openshift = props.openshift ?? false;
    this.nodePools = props.nodePools ?? [];
  }

  /** Sets the settings of a scope and all below it; to be called before children are added. */
  static set(scope: Construct, props: DeploySettingsProps): void {
    scope.node.setContext(key, new DeploySettings(props));
  }

  /** The settings in force for a construct; the defaults when no scope has any. */
  static of(scope: IConstruct): DeploySettings {
    const found: unknown = scope.node.tryGetContext(key);
    return found instanceof DeploySettings ? found : new DeploySettings({});
  }

  /**
   * Address of an image in the environment's registry: `quay.io/a/b:1` becomes `<registry>/a/b:1`; an image of this
   * project, `terralake/a:1`, is in the registry of its own images.
   */
  image(reference: string): string {
    if (reference.startsWith(own)) {
      // GKE-16: an attestation is of a digest, so an image that is named by its tag alone has none.
      const digest = this.ownDigests[reference.slice(own.length)];
      return `${this.ownRegistry}/${reference}${digest === undefined ? "" : `@${digest}`}`;
    }
    if (!this.imageRegistry) {
      return reference;
    }
    const [host = "", ...rest] = reference.split("/");
    const path = rest.length > 0 && /[.:]/.test(host) ? rest.join("/") : reference;
    return `${this.imageRegistry}/${path}`;
  }
}
