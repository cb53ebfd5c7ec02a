import { Testing } from "cdktf";
import { readEnvironment } from "../../environments/schema";
import { AnalyticsStack } from "../../stacks/analytics";
import { NetworkStack } from "../../stacks/network";
import { type GkeEnvironment, isGke } from "../../stacks/platform-stack";
import { all, documentOf, only, reference, where } from "../constructs/gke/synthesized";
import everyService from "../fixtures/environments/valid/gke-every-analytics-service";
import { gkeEnvironments, ofTier } from "./gke-environments";

function stackOf(environment: GkeEnvironment): AnalyticsStack {
  const app = Testing.app();
  return new AnalyticsStack(app, environment, { network: new NetworkStack(app, environment).outputs });
}

/** The fixture with everything on, as a tier and with changes of its section. */
function fixture(changes: object = {}): GkeEnvironment {
  const google = { analytics: { ...everyService.google.analytics, ...changes } };
  const { environment, problems } = readEnvironment({ ...everyService, google });
  if (!environment || !isGke(environment)) {
    throw new Error(JSON.stringify(problems));
  }
  return environment;
}

const full = stackOf(fixture());
const project = "example-dev-platform-prod";

describe("AnalyticsStack", () => {
  it("has a dataset and three buckets in the region of the environment", () => {
    const stack = stackOf(ofTier("dev"));
    const { project: of } = ofTier("dev").target;
    expect(only(stack, "google_bigquery_dataset")).toMatchObject({
      dataset_id: "gke_dev_analytics",
      location: "europe-west1",
    });
    expect(stack.outputs).toEqual({});
    expect(all(stack, "google_storage_bucket").map(({ name }) => name)).toEqual([
      `${of}-gke-dev-backup`,
      `${of}-gke-dev-lake`,
      `${of}-gke-dev-staging`,
    ]);
  });

  it("costs nothing but storage in dev", () => {
    expect(Object.keys(documentOf(stackOf(ofTier("dev"))).resource ?? {}).sort()).toEqual([
      "google_bigquery_dataset",
      "google_storage_bucket",
    ]);
  });

  it("keeps every bucket private, with what was there before", () => {
    for (const environment of gkeEnvironments) {
      for (const bucket of all(stackOf(environment), "google_storage_bucket")) {
        expect(bucket).toMatchObject({ uniform_bucket_level_access: true, public_access_prevention: "enforced" });
        expect([bucket.retention_policy !== undefined, bucket.versioning]).toContainEqual(
          bucket.retention_policy ? { enabled: false } : { enabled: true },
        );
      }
    }
  });

  it("lets nobody remove a backup of staging or prod, and never take that back in prod", () => {
    const backup = (tier: "dev" | "staging" | "prod") => {
      const { name, target } = ofTier(tier);
      return where(stackOf(ofTier(tier)), "google_storage_bucket", "name", `${target.project}-${name}-backup`);
    };
    expect(backup("dev").retention_policy).toBeUndefined();
    expect(backup("staging").retention_policy).toEqual({ is_locked: false, retention_period: 30 * 86_400 });
    expect(backup("prod").retention_policy).toEqual({ is_locked: true, retention_period: 90 * 86_400 });
    expect((["dev", "staging", "prod"] as const).map((tier) => backup(tier).soft_delete_policy)).toEqual(
      [7, 30, 30].map((days) => ({ retention_duration_seconds: days * 86_400 })),
    );
  });

  it("loses no data by a plan, but where the environment allows it", () => {
    for (const environment of gkeEnvironments) {
      const stack = stackOf(environment);
      const kept = !environment.allowDestroy;
      for (const dataset of all(stack, "google_bigquery_dataset")) {
        expect(dataset).toMatchObject({
          delete_contents_on_destroy: !kept,
          lifecycle: { prevent_destroy: kept },
        });
      }
      for (const table of all(stack, "google_bigquery_table")) {
        expect(table).toMatchObject({ deletion_protection: kept, lifecycle: { prevent_destroy: kept } });
      }
      for (const bucket of all(stack, "google_storage_bucket")) {
        expect(bucket).toMatchObject({ force_destroy: !kept, lifecycle: { prevent_destroy: kept } });
      }
    }
  });

  it("lets only what is on its way in expire", () => {
    const buckets = all(stackOf(ofTier("prod")), "google_storage_bucket");
    const removes = (bucket: object) => /"Delete"[^}]*\},"condition":\{"age"/.test(JSON.stringify(bucket));
    expect(buckets.filter(removes).map(({ name }) => name)).toEqual([
      `${ofTier("prod").target.project}-gke-prod-staging`,
    ]);
  });

  it("reads no data, so that it can be planned with no cloud", () => {
    expect(documentOf(full).data).toBeUndefined();
  });

  it("encrypts with keys of our own where the environment has them", () => {
    const key = (name: string) =>
      `projects/${project}/locations/europe-west1/keyRings/gke-prod-platform/cryptoKeys/${name}`;
    for (const dataset of all(full, "google_bigquery_dataset")) {
      expect(dataset.default_encryption_configuration).toEqual({ kms_key_name: key("analytics") });
    }
    expect(where(full, "google_storage_bucket", "name", `${project}-gke-prod-lake`).encryption).toEqual({
      default_kms_key_name: key("storage"),
    });
    expect(only(stackOf(ofTier("dev")), "google_bigquery_dataset").default_encryption_configuration).toBeUndefined();
  });

  it("lets BigQuery read the lake by a connection, and people by none", () => {
    expect(where(full, "google_bigquery_table", "table_id", "orders").external_data_configuration).toMatchObject({
      source_format: "ICEBERG",
      source_uris: [`gs://${project}-gke-prod-lake/warehouse/orders/metadata/00001.metadata.json`],
    });
    const readers = all(full, "google_storage_bucket_iam_member").filter(
      ({ bucket, role }) =>
        bucket === reference("google_storage_bucket.Lake.name") && role === "roles/storage.objectViewer",
    );
    expect(readers.map(({ member }) => member)).toEqual([
      `serviceAccount:${reference("google_bigquery_connection.LakeConnection.cloud_resource[0].service_account_id")}`,
    ]);
  });
});

describe("classified columns", () => {
  it("carry the tags of the environment into the schema", () => {
    const { schema } = where(full, "google_bigquery_table", "table_id", "customers");
    expect(JSON.parse(String(schema))).toContainEqual({
      name: "email",
      type: "STRING",
      mode: "NULLABLE",
      policyTags: { names: [reference("google_data_catalog_policy_tag.Classification_Pii_Email.name")] },
    });
  });

  it("are read as they are by readers alone, and masked by those who are named for it", () => {
    expect(only(full, "google_data_catalog_policy_tag_iam_member")).toMatchObject({
      member: "group:support@example.com",
      role: "roles/datacatalog.categoryFineGrainedReader",
    });
    expect(where(full, "google_bigquery_datapolicy_data_policy", "data_policy_id", "gke_prod_pii_email")).toMatchObject(
      { data_masking_policy: { predefined_expression: "EMAIL_MASK" } },
    );
    expect(
      all(full, "google_bigquery_datapolicy_data_policy_iam_member").map(({ member, role }) => [member, role]),
    ).toEqual([
      ["user:analyst@example.com", "roles/bigquerydatapolicy.maskedReader"],
      ["group:data-engineers@example.com", "roles/bigquerydatapolicy.maskedReader"],
    ]);
  });
});

describe("inspection", () => {
  it("looks at tables and buckets every day in prod, and tells a topic", () => {
    const triggers = all(full, "google_data_loss_prevention_job_trigger");
    expect(triggers.map(({ trigger_id: id }) => id)).toEqual([
      "gke-prod-bucket-lake",
      "gke-prod-bucket-staging",
      "gke-prod-table-customers",
    ]);
    for (const trigger of triggers) {
      expect(trigger.triggers).toEqual([{ schedule: { recurrence_period_duration: "86400s" } }]);
    }
    expect(where(full, "google_pubsub_topic", "name", "gke-prod-inspection")).toBeDefined();
    expect(JSON.stringify(triggers).match(/google_pubsub_topic\.Inspection_Topic\.id/g)).toHaveLength(3);
  });

  it("leaves out columns that are known to hold personal data, and tables that have no others", () => {
    const left = (stack: AnalyticsStack) =>
      where(stack, "google_data_loss_prevention_job_trigger", "trigger_id", "gke-prod-table-customers").inspect_job;
    expect(left(full)).toMatchObject({
      storage_config: { big_query_options: { excluded_fields: [{ name: "email" }, { name: "born" }] } },
    });
    const tagged = fixture({ tables: { customers: { columns: { email: { type: "STRING", tag: "pii.email" } } } } });
    expect(all(stackOf(tagged), "google_data_loss_prevention_job_trigger").map(({ trigger_id: id }) => id)).toEqual([
      "gke-prod-bucket-lake",
      "gke-prod-bucket-staging",
    ]);
  });

  it("makes a dataset for what it finds that forgets after a while", () => {
    expect(where(full, "google_bigquery_dataset", "dataset_id", "gke_prod_findings")).toMatchObject({
      default_table_expiration_ms: 90 * 86_400_000,
    });
  });
});

describe("Airflow", () => {
  const config = (stack: AnalyticsStack) => only(stack, "google_composer_environment").config as Record<string, never>;

  it("is private and opens its page to the ranges that are named", () => {
    expect(config(full)).toMatchObject({
      enable_private_environment: true,
      node_config: {
        network: expect.stringContaining(`projects/${project}/global/networks/`),
        service_account: `gke-prod-composer@${project}.iam.gserviceaccount.com`,
      },
      web_server_network_access_control: { allowed_ip_range: [{ value: "203.0.113.0/24" }] },
    });
  });

  it("opens its page to the nodes alone where nobody is named", () => {
    expect(config(stackOf(fixture({ composer: {} })))).toMatchObject({
      web_server_network_access_control: { allowed_ip_range: [{ value: "10.10.0.0/20" }] },
    });
  });

  it("gives its builds no internet, unless they install packages", () => {
    expect(config(full)).toMatchObject({ enable_private_builds_only: false });
    expect(config(stackOf(fixture({ composer: {} })))).toMatchObject({ enable_private_builds_only: true });
  });

  it("is as large as its tier, and outlives a zone in prod", () => {
    const sizes = (["staging", "prod"] as const).map((tier) => {
      const { environment_size: size, resilience_mode: mode } = config(stackOf(ofTier(tier)));
      return [size, mode];
    });
    expect(sizes).toEqual([
      ["ENVIRONMENT_SIZE_MEDIUM", "STANDARD_RESILIENCE"],
      ["ENVIRONMENT_SIZE_LARGE", "HIGH_RESILIENCE"],
    ]);
  });

  it("tells DAGs where everything is, and holds no secret", () => {
    const { env_variables: variables, airflow_config_overrides: overrides } = (
      config(full) as Record<string, Record<string, Record<string, string>>>
    ).software_config as Record<string, Record<string, string>>;
    expect(variables).toMatchObject({
      APPROVAL: "strict",
      LOG_LEVEL: "INFO",
      SAMPLE_DATA: "none",
      TEAM: "platform",
      TERRALAKE_DATASET: "gke_prod_analytics",
      TERRALAKE_LAKE_BUCKET: `${project}-gke-prod-lake`,
      TERRALAKE_HEALING_SUBSCRIPTION: "gke-prod-healing",
      AIRFLOW_CONN_WAREHOUSE: "postgresql://reader@10.30.48.10:5432/sales",
    });
    expect(JSON.parse(String(overrides?.["secrets-backend_kwargs"]))).toMatchObject({
      connections_prefix: "gke-prod-airflow-connections",
      project_id: project,
    });
    expect(only(full, "google_secret_manager_secret_iam_member")).toMatchObject({
      secret_id: reference("google_secret_manager_secret.Airflow_Connections_Billing.secret_id"),
      role: "roles/secretmanager.secretAccessor",
    });
    expect(documentOf(full).resource?.google_secret_manager_secret_version).toBeUndefined();
  });

  it("gets the healing DAG, and waits for what its identity may do", () => {
    expect(only(full, "google_storage_bucket_object")).toMatchObject({ name: "dags/healing.py" });
    expect(only(full, "google_composer_environment").depends_on).toEqual(
      expect.arrayContaining([
        "google_project_iam_member.Airflow_Identity_Role",
        "google_service_account_iam_member.Airflow_Identity_StartsTraining",
        "google_storage_bucket_iam_member.Airflow_Identity_UsesDags",
      ]),
    );
  });

  it("sees its own bucket, uses those of the layer, and no other", () => {
    const opened = all(full, "google_storage_bucket_iam_member")
      .filter(({ member }) => member === `serviceAccount:gke-prod-composer@${project}.iam.gserviceaccount.com`)
      .map(({ bucket, role }) => [bucket, role]);
    const bucket = (name: string) => reference(`google_storage_bucket.${name}.name`);
    expect(opened.sort()).toEqual(
      [
        [bucket("Airflow_Dags"), "roles/storage.legacyBucketReader"],
        ...["Airflow_Dags", "Backup", "Healing_Pipeline", "Lake", "Staging"].map((name) => [
          bucket(name),
          "roles/storage.objectUser",
        ]),
      ].sort(),
    );
  });

  it("writes into datasets as an account that an earlier layer has made", () => {
    const accounts = (name: string) =>
      (where(full, "google_bigquery_dataset", "dataset_id", name).access as { user_by_email?: string; role: string }[])
        .filter(({ user_by_email: email }) => email?.startsWith("gke-prod-"))
        .map(({ user_by_email: email, role }) => [email?.split("@")[0], role]);
    expect(accounts("gke_prod_analytics")).toEqual([["gke-prod-composer", "WRITER"]]);
    expect(accounts("gke_prod_healing")).toEqual([
      ["gke-prod-training", "READER"],
      ["gke-prod-composer", "WRITER"],
    ]);
    expect(all(full, "google_service_account").map(({ account_id: id }) => id)).toEqual(["gke-prod-serving"]);
  });

  it("heals by rules where there is no model", () => {
    const stack = stackOf(fixture({ vertex: undefined }));
    expect(stack.outputs.healingTopic).toBe(`projects/${project}/topics/gke-prod-healing`);
    expect(documentOf(stack).resource?.google_vertex_ai_endpoint).toBeUndefined();
  });
});

describe("healing", () => {
  it("keeps an alert until it is dealt with, and puts it aside after five tries", () => {
    expect(where(full, "google_pubsub_subscription", "name", "gke-prod-healing")).toMatchObject({
      dead_letter_policy: { max_delivery_attempts: 5 },
      expiration_policy: { ttl: "" },
      message_retention_duration: `${7 * 86_400}s`,
    });
  });

  it("has an endpoint inside the network, under the same number every time", () => {
    const endpoint = only(full, "google_vertex_ai_endpoint");
    expect(endpoint).toMatchObject({ private_service_connect_config: { project_allowlist: [project] } });
    expect(endpoint.name).toMatch(/^[1-9]\d{9}$/);
    expect(only(stackOf(fixture()), "google_vertex_ai_endpoint").name).toBe(endpoint.name);
  });

  it("gives each identity a role of its own, and no ready-made one on the project", () => {
    expect(
      all(full, "google_project_iam_member")
        .map(({ role }) => role)
        .sort(),
    ).toEqual([
      `projects/${project}/roles/gke_prod_composer`,
      `projects/${project}/roles/gke_prod_serving`,
      `projects/${project}/roles/gke_prod_training`,
    ]);
  });

  it("opens a notebook to its owner alone, without a public address", () => {
    expect(only(full, "google_workbench_instance")).toMatchObject({
      instance_owners: ["analyst@example.com"],
      gce_setup: { disable_public_ip: true, shielded_instance_config: { enable_secure_boot: true } },
    });
  });
});
