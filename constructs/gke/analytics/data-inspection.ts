import { DataLossPreventionInspectTemplate } from "@cdktf/provider-google/lib/data-loss-prevention-inspect-template";
import {
  DataLossPreventionJobTrigger,
  type DataLossPreventionJobTriggerInspectJobStorageConfig,
} from "@cdktf/provider-google/lib/data-loss-prevention-job-trigger";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { gcpName } from "../names";
import type { PrivateBucket } from "../storage/private-bucket";
import type { ClassifiedTable } from "./classified-table";
import type { AnalyticsDataset } from "./dataset";
import { StrictTopic } from "./strict-topic";

/** Settings of a {@link DataInspection}. */
export interface DataInspectionProps {
  readonly project: string;
  readonly region: string;
  /** Environment; the first part of all names. */
  readonly environment: string;
  /** Detectors, such as `EMAIL_ADDRESS`. */
  readonly infoTypes: readonly string[];
  /** How sure a detector must be, such as `LIKELY`. */
  readonly minLikelihood: string;
  /** Days from one inspection to the next; 1 to 60. */
  readonly everyDays: number;
  /** Rows of a table that one inspection reads. */
  readonly sampledRows: number;
  /** Where findings are kept. */
  readonly findings: AnalyticsDataset;
  /**
   * Tables that are inspected, by the names that the environment has for them: the columns without a tag, as those with one
   * hold personal data and are known to.
   */
  readonly tables: Readonly<Record<string, ClassifiedTable>>;
  /** Buckets that are inspected, by the same. */
  readonly buckets: Readonly<Record<string, PrivateBucket>>;
  /**
   * Full name of the Cloud KMS key that encrypts messages.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
}

const day = 24 * 60 * 60;

/** Bytes of one file that an inspection reads. */
const bytesPerFile = 1024 * 1024;

/** Percent of the files of a bucket that an inspection reads. */
const percentOfFiles = 10;

/**
 * Looks regularly for personal data where none should be; what it finds goes into a table, a topic and Cloud Monitoring.
 *
 * @see https://cloud.google.com/sensitive-data-protection/docs/creating-job-triggers
 */
export class DataInspection extends Construct {
  readonly topic: StrictTopic;
  readonly template: DataLossPreventionInspectTemplate;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DataInspectionProps,
  ) {
    super(scope, id);
    const { environment, infoTypes, minLikelihood, tables, buckets } = props;
    this.topic = new StrictTopic(this, "Topic", {
      ...props,
      name: gcpName(this, "topic", environment, "inspection"),
      retentionDays: 7,
    });
    this.template = new DataLossPreventionInspectTemplate(this, "Template", {
      parent: this.parent,
      templateId: `${environment}-inspection`,
      displayName: `${environment} inspection`,
      description: "Personal data where none should be",
      inspectConfig: {
        minLikelihood,
        infoTypes: infoTypes.map((name) => ({ name })),
        // GCP-05: a finding says where and what kind; a quote would copy the value into the findings.
        includeQuote: false,
        limits: { maxFindingsPerItem: 100, maxFindingsPerRequest: 2000 },
      },
    });
    for (const [name, { tableId, dataset, columns }] of Object.entries(tables)) {
      const tagged = columns.filter(({ policyTag }) => policyTag !== undefined);
      if (tagged.length === columns.length) {
        continue;
      }
      this.addTrigger("table", name, {
        bigQueryOptions: {
          tableReference: { projectId: props.project, datasetId: dataset.resource.datasetId, tableId },
          // GCP-05: personal data is where it should be there; an alert that never ends is read by nobody.
          excludedFields: tagged.length > 0 ? tagged.map((column) => ({ name: column.name })) : undefined,
          rowsLimit: props.sampledRows,
          sampleMethod: "RANDOM_START",
        },
      });
    }
    for (const [name, bucket] of Object.entries(buckets)) {
      this.addTrigger("bucket", name, {
        cloudStorageOptions: {
          fileSet: { url: `${bucket.url}/**` },
          bytesLimitPerFile: bytesPerFile,
          filesLimitPercent: percentOfFiles,
          sampleMethod: "RANDOM_START",
        },
      });
    }
  }

  private get parent(): string {
    return `projects/${this.props.project}/locations/${this.props.region}`;
  }

  private addTrigger(
    kind: "table" | "bucket",
    name: string,
    storageConfig: DataLossPreventionJobTriggerInspectJobStorageConfig,
  ): void {
    const { project, environment, everyDays, findings } = this.props;
    new DataLossPreventionJobTrigger(this, `${idOf(kind)}${idOf(name.replaceAll("_", "-"))}`, {
      parent: this.parent,
      triggerId: `${environment}-${kind}-${name}`,
      displayName: `${environment} ${kind} ${name}`,
      description: `Inspects the ${kind} ${name}`,
      status: "HEALTHY",
      triggers: [{ schedule: { recurrencePeriodDuration: `${everyDays * day}s` } }],
      inspectJob: {
        inspectTemplateName: this.template.id,
        storageConfig,
        actions: [
          {
            saveFindings: {
              outputConfig: {
                table: { projectId: project, datasetId: findings.resource.datasetId, tableId: "findings" },
                outputSchema: "ALL_COLUMNS",
              },
            },
          },
          { pubSub: { topic: this.topic.resource.id } },
          { publishToStackdriver: {} },
        ],
      },
    });
  }
}
