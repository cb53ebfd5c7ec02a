import { basename } from "node:path";
import { Release } from "@cdktf/provider-helm/lib/release";
import { AssetType, type ITerraformDependable, Lazy, TerraformAsset, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { ChartPin } from "../../charts";
import { DeploySettings, type JsonObject, literal, PlatformError, stableJson } from "../terraform";
import { idOf } from "./names";
import type { INamespace } from "./namespace";
import { withoutUsersOfChart } from "./namespace-users";
import { withPullPolicy } from "./pull-policy";

/** A chart of this project: a folder below `charts/`. */
export interface LocalChart {
  /** Folder of the chart, absolute; only its content and last component reach the synthesized output. */
  readonly folder: string;
  /** Version in the folder's Chart.yaml. */
  readonly version: string;
}

/** Settings of a {@link ChartRelease}. */
export interface ChartReleaseProps {
  /** Chart from the table of pins, or a chart of this project. */
  readonly chart: ChartPin | LocalChart;
  /** Namespace of the release; it exists before (rule K8S-08). */
  readonly namespace: INamespace;
  /** Name of the release, a DNS label of at most 53 characters (Helm's limit). */
  readonly releaseName: string;
  /**
   * Values of the chart, without secrets (rule TF-04). A function is asked when the tree is written, for values that grow
   * with what is built after the release.
   *
   * @default - the chart's own
   */
  readonly values?: JsonObject | (() => JsonObject);
  /**
   * Whether the apply goes on only when the release's pods are ready.
   *
   * @default true
   */
  readonly wait?: boolean;
  /**
   * How long an install or upgrade may take, in seconds.
   *
   * @default 600
   */
  readonly timeoutSeconds?: number;
  /**
   * What a failed install leaves. `keep` leaves it for inspection and for the next apply, `remove` rolls it back: for
   * stateless releases only.
   *
   * @default "keep"
   */
  readonly onFailure?: "keep" | "remove";
  /**
   * How a release that Helm knows and Terraform's state does not is met. `upgrade` takes it over; `replace` re-uses its
   * name, for charts whose hooks run at install only (rule REL-02).
   *
   * @default "upgrade"
   */
  readonly adopt?: "upgrade" | "replace";
  /**
   * What must exist before the release.
   *
   * @default - the namespace only
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Helm keeps this many revisions of a release, enough for a roll-back and small in etcd (rule REL-01). */
const maxHistory = 5;

/**
 * The one way to make a Helm release: exact version, stated wait and timeout, values as one sorted document, origin of
 * the chart by the environment's setting.
 */
export class ChartRelease extends Construct {
  readonly releaseName: string;
  readonly chart: ChartReleaseProps["chart"];
  readonly namespace: INamespace;
  readonly wait: boolean;
  readonly timeoutSeconds: number;
  /** For the `dependsOn` of what needs this release. */
  readonly resource: Release;
  private readonly given: ChartReleaseProps["values"];
  private readonly chartUsers: readonly string[];

  /** @throws PlatformError for a release name that Helm refuses and for a version that is not exact */
  constructor(scope: Construct, id: string, props: ChartReleaseProps) {
    super(scope, id);
    this.releaseName = props.releaseName;
    this.chart = props.chart;
    this.namespace = props.namespace;
    this.given = props.values;
    this.chartUsers = "users" in props.chart ? (props.chart.users ?? []) : [];
    this.wait = props.wait ?? true;
    this.timeoutSeconds = props.timeoutSeconds ?? 600;

    if (!/^[a-z]([-a-z0-9]{0,51}[a-z0-9])?$/.test(this.releaseName)) {
      throw new PlatformError(
        this,
        `release name is "${this.releaseName}"`,
        "use lower-case letters, digits and dashes, at most 53 characters, starting with a letter",
      );
    }
    if (!/^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(props.chart.version)) {
      throw new PlatformError(
        this,
        `chart version is "${props.chart.version}"`,
        "name one exact version such as 1.2.3",
      );
    }

    this.resource = new Release(this, "Resource", {
      name: this.releaseName,
      namespace: this.namespace.name,
      ...this.origin(props.chart),
      createNamespace: false,
      maxHistory,
      wait: this.wait,
      timeout: this.timeoutSeconds,
      atomic: props.onFailure === "remove" || undefined,
      ...(props.adopt === "replace" ? { replace: true } : { upgradeInstall: true }),
      values: [typeof this.given === "function" ? Lazy.stringValue({ produce: () => this.document }) : this.document],
      dependsOn: [this.namespace.resource, ...(props.dependsOn ?? [])].filter((d) => d !== undefined),
    });
  }

  /** The values as they are now. */
  get values(): JsonObject {
    const { openshift, pullPolicy } = DeploySettings.of(this);
    const given = (typeof this.given === "function" ? this.given() : this.given) ?? {};
    // That of each image otherwise, which is the charts' own.
    const values = pullPolicy === "IfNotPresent" ? given : withPullPolicy(given, pullPolicy);
    return openshift ? withoutUsersOfChart(values, this.chartUsers) : values;
  }

  private get document(): string {
    return literal(stableJson(this.values));
  }

  private origin(chart: ChartPin | LocalChart): { chart: string; repository?: string; version?: string } {
    if ("folder" in chart) {
      // Relative to the stack's folder: the provider resolves it from the working directory of Terraform.
      return { chart: `./${this.asset(chart).path}` };
    }
    const from = DeploySettings.of(this).charts;
    if (from === "upstream") {
      return { chart: chart.chart, repository: chart.repository, version: chart.version };
    }
    if (from.startsWith("oci://")) {
      return { chart: chart.chart, repository: from, version: chart.version };
    }
    return { chart: `${from}/${chart.chart}`, version: chart.version };
  }

  /** The chart's folder beside the stack's JSON, one copy for all its releases. */
  private asset(chart: LocalChart): TerraformAsset {
    const id = `${idOf(basename(chart.folder))}Chart`;
    const stack = TerraformStack.of(this);
    const found = stack.node.tryFindChild(id);
    return found instanceof TerraformAsset
      ? found
      : new TerraformAsset(stack, id, { path: chart.folder, type: AssetType.DIRECTORY });
  }
}
