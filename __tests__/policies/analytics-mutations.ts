import { objectOf } from "../../policies/blocks";
import type { Mutation } from "./copy";

/** Ways to break the rules on BigQuery, Composer, Vertex AI and what protects their data. */
export const analyticsMutations: readonly Mutation[] = [
  {
    rule: "GCP-01",
    what: "a dataset with a key of Google",
    apply: (copy) => {
      delete copy.resource("gke-staging-analytics", "google_bigquery_dataset.Dataset").default_encryption_configuration;
    },
  },
  {
    rule: "GCP-01",
    what: "an Airflow with a key of Google",
    apply: (copy) => {
      const config = objectOf(copy.resource("gke-prod-analytics", "google_composer_environment").config);
      delete config.encryption_config;
    },
  },
  {
    rule: "GCP-01",
    what: "a topic with a key of Google",
    apply: (copy) => {
      delete copy.resource("gke-prod-analytics", "google_pubsub_topic.Alerts_Topic").kms_key_name;
    },
  },
  {
    rule: "GCP-01",
    what: "upgrade notices with a key of Google",
    apply: (copy) => {
      delete copy.resource("gke-staging-cluster", "google_pubsub_topic.Cluster_UpgradeNotices").kms_key_name;
    },
  },
  {
    rule: "GCP-02",
    what: "a dataset for everybody",
    apply: (copy) => {
      copy.resource("gke-dev-analytics", "google_bigquery_dataset.Dataset").access = [
        { role: "READER", special_group: "allAuthenticatedUsers" },
      ];
    },
  },
  {
    rule: "GCP-02",
    what: "a dataset with the list that Google makes",
    apply: (copy) => {
      delete copy.resource("gke-dev-analytics", "google_bigquery_dataset.Dataset").access;
    },
  },
  {
    rule: "GCP-03",
    what: "a web page for every address",
    apply: (copy) => {
      const config = objectOf(copy.resource("gke-prod-analytics", "google_composer_environment").config);
      config.web_server_network_access_control = {};
    },
  },
  {
    rule: "GCP-03",
    what: "an Airflow with public addresses",
    apply: (copy) => {
      const config = objectOf(copy.resource("gke-staging-analytics", "google_composer_environment").config);
      config.enable_private_environment = false;
    },
  },
  {
    rule: "GCP-04",
    what: "an endpoint outside the network",
    apply: (copy) => {
      delete copy.resource("gke-prod-analytics", "google_vertex_ai_endpoint").private_service_connect_config;
    },
  },
  {
    rule: "GCP-05",
    what: "tags that nothing enforces",
    apply: (copy) => {
      copy.resource("gke-prod-analytics", "google_data_catalog_taxonomy").activated_policy_types = [];
    },
  },
  {
    rule: "GCP-05",
    what: "findings with quotes",
    apply: (copy) => {
      const template = copy.resource("gke-prod-analytics", "google_data_loss_prevention_inspect_template");
      objectOf(template.inspect_config).include_quote = true;
    },
  },
  {
    rule: "GCP-05",
    what: "an inspection of a column that is known to hold addresses",
    apply: (copy) => {
      const job = objectOf(
        copy.resource("gke-prod-analytics", "google_data_loss_prevention_job_trigger.Inspection_TableCustomers")
          .inspect_job,
      );
      delete objectOf(objectOf(job.storage_config).big_query_options).excluded_fields;
    },
  },
  {
    rule: "GCP-06",
    what: "an Airflow with the role that Google made for it",
    apply: (copy) => {
      copy.resource("gke-prod-analytics", "google_project_iam_member.Airflow_Identity_Role").role =
        "roles/composer.worker";
    },
  },
  {
    rule: "GCP-06",
    what: "an Airflow whose own role reads every bucket",
    apply: (copy) => {
      const role = copy.resource("gke-prod-bootstrap", "google_project_iam_custom_role.WorkloadRoles_Composer");
      role.permissions = ["storage.objects.get"];
    },
  },
  {
    rule: "GCP-07",
    what: "a bucket that names an account before it is there",
    apply: (copy) => {
      const grant = copy.resource(
        "gke-prod-analytics",
        "google_storage_bucket_iam_member.Healing_Serving_ReadsPipeline",
      );
      grant.member = "serviceAccount:gke-prod-serving@example-dev-platform-prod.iam.gserviceaccount.com";
    },
  },
  {
    rule: "GCP-07",
    what: "an account that is made beside the dataset which names it",
    apply: (copy) =>
      copy.add("gke-prod-analytics", "google_service_account", {
        account_id: "gke-prod-composer",
        project: "example-dev-platform-prod",
      }),
  },
  {
    rule: "TF-16",
    what: "a table that a plan may replace",
    apply: (copy) => {
      copy.resource("gke-prod-analytics", "google_bigquery_table.Tables_Customers").lifecycle = {};
    },
  },
];
