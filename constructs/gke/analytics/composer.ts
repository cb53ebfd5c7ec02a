import { ComposerEnvironment } from "@cdktf/provider-google/lib/composer-environment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { PlatformError } from "../../terraform/platform-error";
import { type ComposerSize, environmentSizes, workloadsOf } from "./composer-sizes";

/** Settings of {@link Composer}. */
export interface ComposerProps {
  readonly project: string;
  readonly region: string;
  readonly name: string;
  /** Version of Composer and Airflow, with its build. */
  readonly image: string;
  readonly size: ComposerSize;
  readonly workers: { readonly min: number; readonly max: number };
  /** Whether Google keeps it running when a zone is lost. */
  readonly highResilience: boolean;
  /** Full name of the network that DAGs reach. */
  readonly network: string;
  /** Full name of the subnetwork that DAGs have addresses of. */
  readonly subnetwork: string;
  /** Email of the identity that DAGs act as. */
  readonly serviceAccount: string;
  /** Bucket that holds the DAGs, by its short name. */
  readonly dagsBucket: string;
  /** Ranges whose people may open the web page; at least one, and never the whole internet. */
  readonly webServerRanges: readonly { readonly range: string; readonly description: string }[];
  /** When Google may maintain it, in UTC; 12 hours a week at least. */
  readonly maintenance: { readonly days: readonly string[]; readonly startHour: number; readonly hours: number };
  /** Where and when its state is saved. */
  readonly snapshots: { readonly location: string; readonly schedule: string };
  /** Days that its database remembers runs; 30 to 730. */
  readonly retentionDays: number;
  /** Packages of PyPI with their exact versions. */
  readonly packages: Readonly<Record<string, string>>;
  /** Variables and connections that hold no secret. */
  readonly variables: Readonly<Record<string, string>>;
  /** Configuration of Airflow, by section and key: `core-parallelism`. */
  readonly configuration: Readonly<Record<string, string>>;
  /**
   * Full name of the Cloud KMS key that encrypts its database and disks; the bucket of DAGs has the same.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /** What must exist first, such as the grants of the identity. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** A first Saturday; only the hours and the recurrence count. */
const anchor = Date.UTC(2026, 0, 3);

/**
 * Airflow as Google runs it (Composer 3): without public addresses, as an identity of its own.
 *
 * @see https://cloud.google.com/composer/docs/composer-3/composer-overview
 */
export class Composer extends Construct {
  readonly name: string;
  readonly resource: ComposerEnvironment;

  constructor(scope: Construct, id: string, props: ComposerProps) {
    super(scope, id);
    if (props.webServerRanges.length === 0) {
      // GCP-03: the provider leaves out an empty list, and Google then lets everybody in.
      throw new PlatformError(this, "no range may open the web page of Airflow", "name one at least");
    }
    const { maintenance, kmsKey } = props;
    const hour = (hours: number) => new Date(anchor + hours * 60 * 60 * 1000).toISOString().replace(".000Z", "Z");
    this.name = props.name;
    this.resource = new ComposerEnvironment(this, "Resource", {
      project: props.project,
      region: props.region,
      name: props.name,
      storageConfig: { bucket: props.dagsBucket },
      config: {
        environmentSize: environmentSizes[props.size],
        resilienceMode: props.highResilience ? "HIGH_RESILIENCE" : "STANDARD_RESILIENCE",
        workloadsConfig: workloadsOf(props.size, props.highResilience, props.workers),
        // GCP-03: neither its machines nor its builds have a public address.
        enablePrivateEnvironment: true,
        // A build that installs packages of PyPI needs the internet; one that installs none does not get it.
        enablePrivateBuildsOnly: Object.keys(props.packages).length === 0,
        nodeConfig: {
          network: props.network,
          subnetwork: props.subnetwork,
          serviceAccount: props.serviceAccount,
        },
        webServerNetworkAccessControl: {
          allowedIpRange: props.webServerRanges.map(({ range, description }) => ({ value: range, description })),
        },
        encryptionConfig: kmsKey ? { kmsKeyName: kmsKey } : undefined,
        maintenanceWindow: {
          startTime: hour(maintenance.startHour),
          endTime: hour(maintenance.startHour + maintenance.hours),
          recurrence: `FREQ=WEEKLY;BYDAY=${maintenance.days.join(",")}`,
        },
        recoveryConfig: {
          scheduledSnapshotsConfig: {
            enabled: true,
            snapshotLocation: props.snapshots.location,
            snapshotCreationSchedule: props.snapshots.schedule,
            timeZone: "UTC",
          },
        },
        dataRetentionConfig: {
          airflowMetadataRetentionConfig: [
            { retentionMode: "RETENTION_MODE_ENABLED", retentionDays: props.retentionDays },
          ],
        },
        softwareConfig: {
          imageVersion: props.image,
          envVariables: { ...props.variables },
          pypiPackages: { ...props.packages },
          airflowConfigOverrides: {
            // A DAG that somebody adds runs when somebody says so.
            "core-dags_are_paused_at_creation": "True",
            // Who can log in by IAM sees; more is given by hand.
            "webserver-rbac_user_registration_role": "Viewer",
            "webserver-expose_config": "False",
            ...props.configuration,
          },
          // Plugins change the web page that people trust with their login.
          webServerPluginsMode: "DISABLED",
        },
      },
      // TF-16: variables, connections and the history of runs are in it.
      lifecycle: { preventDestroy: !DeploySettings.of(this).allowDestroy },
      timeouts: { create: "120m", update: "120m", delete: "60m" },
      dependsOn: [...props.dependsOn],
    });
  }
}
