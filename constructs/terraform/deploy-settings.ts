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
}

const key = "terralake:deploy-settings";

/** Settings of the nearest scope that has some, found as `Stack.of` finds a stack. */
export class DeploySettings {
  readonly allowDestroy: boolean;
  readonly charts: string;
  readonly imageRegistry?: string;

  private constructor(props: DeploySettingsProps) {
    this.allowDestroy = props.allowDestroy ?? false;
    this.charts = props.charts ?? "upstream";
    this.imageRegistry = props.imageRegistry;
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

  /** Address of an image in the environment's registry: `quay.io/a/b:1` becomes `<registry>/a/b:1`. */
  image(reference: string): string {
    if (!this.imageRegistry) {
      return reference;
    }
    const [host = "", ...rest] = reference.split("/");
    const path = rest.length > 0 && /[.:]/.test(host) ? rest.join("/") : reference;
    return `${this.imageRegistry}/${path}`;
  }
}
