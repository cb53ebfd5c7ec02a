import { LoggingMetric } from "@cdktf/provider-google/lib/logging-metric";
import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { Construct } from "constructs";
import { idOf } from "../../../kubernetes/names";
import { DeploySettings } from "../../../terraform/deploy-settings";
import { gcpName } from "../../names";
import type { Alert } from "../alerts/alert";

/** Settings of {@link ProjectLogs}. */
export interface ProjectLogsProps {
  readonly project: string;
  /** Region of both buckets: entries stay where the data is. */
  readonly region: string;
  /** First part of names. */
  readonly prefix: string;
  /**
   * Full name of the key that encrypts entries, of the same region.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /** Days that audit logs stay. */
  readonly auditDays: number;
  /** Days that all other logs stay. */
  readonly defaultDays: number;
  /** Whether nobody can ever shorten the days of audit logs again, or remove their bucket before they are over. */
  readonly locked: boolean;
  /** Alerts whose entries are counted. */
  readonly counted: readonly Alert[];
}

/** Logs that say who did what. Google keeps the first kind for 400 days by itself, out of everybody's reach. */
const auditLogs = ["activity", "data_access", "system_event", "policy", "access_transparency"].map(
  (log) => `log_id("cloudaudit.googleapis.com/${log}")`,
);

const auditFilter = auditLogs.join(" OR ");

/** Entries that nobody reads and that cost money. */
const noise = [
  {
    name: "health-checks",
    description: "Probes of load balancers and of the kubelet, every few seconds",
    filter: 'httpRequest.userAgent=~"^(GoogleHC|kube-probe)/"',
  },
  {
    name: "routine-of-kubernetes",
    description: "Informational entries of what GKE runs by itself",
    filter:
      'resource.type="k8s_container" AND resource.labels.namespace_name=("kube-system" OR "gke-managed-system" OR "gmp-system") AND severity<WARNING',
  },
] as const;

/**
 * Who did what, kept apart and longer; everything else in the region and with the key of the environment.
 *
 * @see https://cloud.google.com/logging/docs/audit/configure-data-access
 */
export class ProjectLogs extends Construct {
  /** Where audit logs are kept; it rarely changes. */
  readonly auditBucket: LoggingProjectBucketConfig;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ProjectLogsProps,
  ) {
    super(scope, id);
    const { project, prefix, counted } = props;
    const audit = this.bucket("Audit", "audit", "Who did what", props.auditDays, props.locked);
    this.auditBucket = audit;
    const others = this.bucket("Others", "default", "What services say", props.defaultDays, false);

    new LoggingProjectSink(this, "AuditSink", {
      project,
      name: gcpName(this, "log-bucket", prefix, "audit"),
      description: "Audit logs, kept apart",
      destination: `logging.googleapis.com/${audit.id}`,
      filter: auditFilter,
      uniqueWriterIdentity: true,
    });
    // Google made it with the project; taken over, so that entries are in the region, under our key, and stored once.
    new LoggingProjectSink(this, "DefaultSink", {
      project,
      name: "_Default",
      description: "Everything but audit logs and noise",
      destination: `logging.googleapis.com/${others.id}`,
      filter: `NOT (${auditFilter})`,
      exclusions: noise.map((row) => ({ ...row })),
      uniqueWriterIdentity: true,
    });

    for (const { counts, conditions, title } of counted) {
      const [condition] = conditions;
      if (counts !== undefined && condition.kind === "log") {
        new LoggingMetric(this, idOf(counts), {
          project,
          name: gcpName(this, "log-metric", prefix, counts),
          description: title,
          filter: condition.filter,
          metricDescriptor: { metricKind: "DELTA", valueType: "INT64", unit: "1" },
        });
      }
    }
  }

  private bucket(id: string, use: string, description: string, retentionDays: number, locked: boolean) {
    const { project, region, prefix, kmsKey } = this.props;
    return new LoggingProjectBucketConfig(this, id, {
      project,
      location: region,
      bucketId: gcpName(this, "log-bucket", prefix, use),
      description,
      retentionDays,
      locked,
      // SQL over entries costs nothing more.
      enableAnalytics: true,
      cmekSettings: kmsKey === undefined ? undefined : { kmsKeyName: kmsKey },
      // TF-16: what happened cannot be had again.
      lifecycle: { preventDestroy: !DeploySettings.of(this).allowDestroy },
    });
  }
}
