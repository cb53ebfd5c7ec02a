/** What DAGs are told of the platform. */
export interface ComposerWiring {
  readonly project: string;
  readonly region: string;
  readonly environment: string;
  /** Dataset of tables, without its project. */
  readonly dataset: string;
  readonly lakeBucket: string;
  readonly stagingBucket: string;
  readonly backupBucket: string;
  /** How much data is made up to try things with: `small`, `realistic` or `none`. */
  readonly sampleData: string;
  readonly logLevel: string;
  /** How many people must agree before something is healed: `none`, `one` or `strict`. */
  readonly approval: string;
  /**
   * Where alerts wait.
   *
   * @default - nothing heals
   */
  readonly healing?: {
    /** Short name of the subscription that holds alerts. */
    readonly subscription: string;
    /** `<project>.<dataset>.<table>` of what was done about alerts. */
    readonly incidents: string;
  };
  /**
   * Where a model that heals lives.
   *
   * @default - rules decide
   */
  readonly model?: {
    /** `projects/<project>/locations/<region>/endpoints/<number>` */
    readonly endpoint: string;
    readonly pipelineBucket: string;
    /** Email of the identity that trains. */
    readonly trainingAccount: string;
  };
}

/** Variables of every DAG; none is a secret, and none can be set by an environment file. */
export function wiredVariables(wiring: ComposerWiring): Readonly<Record<string, string>> {
  const { healing, model } = wiring;
  return {
    SAMPLE_DATA: wiring.sampleData,
    LOG_LEVEL: wiring.logLevel.toUpperCase(),
    APPROVAL: wiring.approval,
    TERRALAKE_ENVIRONMENT: wiring.environment,
    TERRALAKE_PROJECT: wiring.project,
    TERRALAKE_REGION: wiring.region,
    TERRALAKE_DATASET: wiring.dataset,
    TERRALAKE_LAKE_BUCKET: wiring.lakeBucket,
    TERRALAKE_STAGING_BUCKET: wiring.stagingBucket,
    TERRALAKE_BACKUP_BUCKET: wiring.backupBucket,
    ...(healing && {
      TERRALAKE_HEALING_SUBSCRIPTION: healing.subscription,
      TERRALAKE_HEALING_INCIDENTS: healing.incidents,
    }),
    ...(model && {
      TERRALAKE_HEALING_ENDPOINT: model.endpoint,
      TERRALAKE_PIPELINE_BUCKET: model.pipelineBucket,
      TERRALAKE_TRAINING_ACCOUNT: model.trainingAccount,
    }),
  };
}

/**
 * Connections of Airflow as variables: Google by the identity of the environment, and those that an environment file gives.
 * None holds a secret; those that do are in Secret Manager.
 *
 * @see https://airflow.apache.org/docs/apache-airflow/stable/howto/connection.html#storing-connections-in-environment-variables
 */
export function wiredConnections(
  { project }: Pick<ComposerWiring, "project">,
  connections: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const google = JSON.stringify({ conn_type: "google_cloud_platform", extra: { project } });
  const all = { terralake: google, ...connections };
  return Object.fromEntries(Object.entries(all).map(([id, value]) => [`AIRFLOW_CONN_${id.toUpperCase()}`, value]));
}
