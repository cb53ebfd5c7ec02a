import { ownKeys } from "../../policies/analytics/gcp-01-own-keys";
import { namedReaders } from "../../policies/analytics/gcp-02-named-readers";
import { privateAirflow } from "../../policies/analytics/gcp-03-private-airflow";
import { privateModels } from "../../policies/analytics/gcp-04-private-models";
import { silentFindings } from "../../policies/analytics/gcp-05-silent-findings";
import { narrowWorkloads } from "../../policies/analytics/gcp-06-narrow-workloads";
import { accountsFirst } from "../../policies/analytics/gcp-07-accounts-first";
import type { Block } from "../../stacks/stack-json";
import { cloud, describeRule, expression, resource, stackOf } from "./hand-made";

const prod = { environment: { ...cloud, tier: "prod" as const }, layer: "analytics" as const };
const dev = { environment: { ...cloud, tier: "dev" as const }, layer: "analytics" as const };
const ours = "has no key of our own";
const secret = (...keys: readonly (string | undefined)[]) => ({
  replication: {
    user_managed: {
      replicas: keys.map((key) => (key ? { customer_managed_encryption: { kms_key_name: key } } : {})),
    },
  },
});

describeRule(ownKeys, {
  violates: [
    ["a dataset of Google's key", resource("google_bigquery_dataset", {}, prod), ours],
    ["a bucket of Google's key", resource("google_storage_bucket", {}, prod), ours],
    ["a topic of Google's key", resource("google_pubsub_topic", {}, prod), ours],
    ["a topic of another layer", resource("google_pubsub_topic", {}, { ...prod, layer: "cluster" as const }), ours],
    ["an Airflow of Google's key", resource("google_composer_environment", { config: {} }, prod), ours],
    ["an endpoint of Google's key", resource("google_vertex_ai_endpoint", {}, prod), ours],
    ["a metastore of Google's key", resource("google_dataproc_metastore_service", {}, prod), ours],
    [
      "a copy of a secret without our key",
      resource("google_secret_manager_secret", secret("key", undefined), prod),
      ours,
    ],
    [
      "a notebook's disk of Google's key",
      resource("google_workbench_instance", { gce_setup: { boot_disk: { kms_key: "key" }, data_disks: {} } }, prod),
      ours,
    ],
  ],
  complies: [
    [
      "a dataset",
      resource("google_bigquery_dataset", { default_encryption_configuration: { kms_key_name: "key" } }, prod),
    ],
    ["a secret", resource("google_secret_manager_secret", secret("key"), prod)],
    [
      "a notebook",
      resource(
        "google_workbench_instance",
        { gce_setup: { boot_disk: { kms_key: "key" }, data_disks: { kms_key: "key" } } },
        prod,
      ),
    ],
  ],
  doesNotApply: [
    ["dev, which has no keys", resource("google_bigquery_dataset", {}, dev)],
    ["a table, which has the key of its dataset", resource("google_bigquery_table", {}, prod)],
  ],
});

const dataset = (...access: readonly Block[]) => resource("google_bigquery_dataset", { access });

describeRule(namedReaders, {
  violates: [
    ["a dataset with Google's list", resource("google_bigquery_dataset", {}), "access is absent"],
    ["everybody", dataset({ special_group: "allAuthenticatedUsers" }), 'lets "allAuthenticatedUsers" in'],
    ["everybody as a member", dataset({ iam_member: "allUsers" }), 'lets "allUsers" in'],
    ["the viewers of the project", dataset({ special_group: "projectReaders" }), 'lets "projectReaders" in'],
    ["a whole domain", dataset({ domain: "example.com" }), 'lets the whole domain "example.com" in'],
  ],
  complies: [
    [
      "a group and the project's owners",
      dataset({ group_by_email: "a@example.com" }, { special_group: "projectOwners" }),
    ],
  ],
  doesNotApply: [["a bucket itself", resource("google_storage_bucket", {})]],
});

const airflow = (changes: Block, ranges: readonly string[] = ["10.0.0.0/20"]) =>
  resource("google_composer_environment", {
    config: {
      enable_private_environment: true,
      node_config: { service_account: "composer@example-dev.iam.gserviceaccount.com" },
      web_server_network_access_control: { allowed_ip_range: ranges.map((value) => ({ value })) },
      ...changes,
    },
  });

describeRule(privateAirflow, {
  violates: [
    ["public addresses", airflow({ enable_private_environment: undefined }), "enable_private_environment is absent"],
    ["the default account", airflow({ node_config: {} }), "runs as the default account"],
    ["a page without ranges", airflow({}, []), "every address opens the web page"],
    ["a page for the world", airflow({}, ["10.0.0.0/20", "0.0.0.0/0"]), '"0.0.0.0/0" opens the web page'],
    ["a page for half of it", airflow({}, ["128.0.0.0/1"]), '"128.0.0.0/1" opens the web page'],
    ["a page for the other protocol's world", airflow({}, ["::/0"]), '"::/0" opens the web page'],
  ],
  complies: [
    ["a page for nodes", airflow({})],
    ["a page for one address", airflow({}, ["203.0.113.7"])],
  ],
  doesNotApply: [["another service", resource("google_vertex_ai_endpoint", {})]],
});

const notebook = (changes: Block) =>
  resource("google_workbench_instance", {
    gce_setup: {
      disable_public_ip: true,
      shielded_instance_config: { enable_secure_boot: true },
      service_accounts: [{ email: "training@example-dev.iam.gserviceaccount.com" }],
      ...changes,
    },
  });

describeRule(privateModels, {
  violates: [
    ["an endpoint of the internet", resource("google_vertex_ai_endpoint", {}), "answers outside the network"],
    ["a notebook with an address", notebook({ disable_public_ip: false }), "disable_public_ip is false"],
    ["a notebook that boots anything", notebook({ shielded_instance_config: {} }), "boots what nobody signed"],
    ["a notebook of the default account", notebook({ service_accounts: undefined }), "runs as the default account"],
  ],
  complies: [
    [
      "an endpoint by Private Service Connect",
      resource("google_vertex_ai_endpoint", {
        private_service_connect_config: { enable_private_service_connect: true },
      }),
    ],
    ["an endpoint of the network", resource("google_vertex_ai_endpoint", { network: "projects/1/global/networks/a" })],
    ["a notebook", notebook({})],
  ],
  doesNotApply: [["a feature group", resource("google_vertex_ai_feature_group", {})]],
});

const trigger = (...actions: readonly Block[]) =>
  resource("google_data_loss_prevention_job_trigger", { inspect_job: { actions } });

const inspected = (schema: readonly Block[], ...left: readonly string[]) =>
  stackOf({
    resource: {
      google_bigquery_table: {
        Customers: { dataset_id: "crm", table_id: "customers", schema: JSON.stringify(schema) },
      },
      google_data_loss_prevention_job_trigger: {
        Customers: {
          inspect_job: {
            actions: [{ save_findings: {} }, { pub_sub: {} }],
            storage_config: {
              big_query_options: {
                table_reference: { dataset_id: "crm", table_id: "customers" },
                excluded_fields: left.map((name) => ({ name })),
              },
            },
          },
        },
      },
    },
  });
const columns = [{ name: "id" }, { name: "email", policyTags: { names: ["tag"] } }];

describeRule(silentFindings, {
  violates: [
    ["tags that are words", resource("google_data_catalog_taxonomy", {}), "activated_policy_types is absent"],
    [
      "a template that quotes",
      resource("google_data_loss_prevention_inspect_template", { inspect_config: { include_quote: true } }),
      "findings quote what they found",
    ],
    ["findings that vanish", trigger({ pub_sub: {} }), "findings are not kept"],
    ["findings that nobody hears of", trigger({ save_findings: {} }), "nobody hears of findings"],
    [
      "findings that everybody expects",
      inspected(columns, "id"),
      'finds again and again what the column "email" is known to hold',
    ],
  ],
  complies: [
    [
      "tags that decide",
      resource("google_data_catalog_taxonomy", { activated_policy_types: ["FINE_GRAINED_ACCESS_CONTROL"] }),
    ],
    ["findings that are kept and told", trigger({ save_findings: {} }, { pub_sub: {} })],
    ["an inspection of the other columns", inspected(columns, "email")],
    ["a silent template", resource("google_data_loss_prevention_inspect_template", { inspect_config: {} })],
  ],
  doesNotApply: [["a policy tag", resource("google_data_catalog_policy_tag", {})]],
});

const inCloud = { environment: cloud, layer: "analytics" as const };
const cluster = resource("google_container_cluster", {}, { environment: cloud, layer: "cluster" });
const given = (role: string, place: Parameters<typeof resource>[2] = inCloud) =>
  resource("google_project_iam_member", { role, member: "serviceAccount:dags@b", project: cloud.project }, place);
const own = `projects/${cloud.project}/roles/cloud_dags`;
const madeRole = (...permissions: readonly string[]) =>
  resource(
    "google_project_iam_custom_role",
    { project: cloud.project, role_id: "cloud_dags", permissions },
    { environment: cloud, layer: "bootstrap" },
  );
const noneOfOurs = (role: string) => `${role} is no role of ours, and none of Google that is known to be harmless`;

describeRule(narrowWorkloads, {
  violates: [
    ["the role for Airflow", [given("roles/composer.worker"), cluster], noneOfOurs("roles/composer.worker")],
    [
      "a role for every bucket",
      [given("roles/storage.objectViewer"), cluster],
      noneOfOurs("roles/storage.objectViewer"),
    ],
    ["a role that no stack makes", [given(own), cluster], noneOfOurs(own)],
    ...["container.pods.exec", "storage.objects.get", "pubsub.topics.setIamPolicy", "cloudbuild.builds.create"].map(
      (one) =>
        [
          `a role of ours with ${one}`,
          [given(own), madeRole("logging.logEntries.create", one), cluster],
          `${own} has ${one} on the whole project`,
        ] as const,
    ),
    [
      "a role of ours in another project",
      [given("projects/example-dev-other/roles/cloud_dags"), madeRole("logging.logEntries.create"), cluster],
      noneOfOurs("projects/example-dev-other/roles/cloud_dags"),
    ],
  ],
  complies: [
    ["a narrow role of ours", [given(own), madeRole("logging.logEntries.create"), cluster]],
    ["the role for nodes", [given("roles/container.defaultNodeServiceAccount"), cluster]],
    ["an Airflow in a project without a cluster", [given("roles/composer.worker")]],
  ],
  doesNotApply: [
    ["who applies", [given("roles/container.admin", { environment: cloud, layer: "bootstrap" }), cluster]],
    [
      "a right on a bucket",
      resource("google_storage_bucket_iam_member", { role: "roles/storage.objectUser" }, inCloud),
    ],
  ],
});

const email = `dags@${cloud.project}.iam.gserviceaccount.com`;
const beside = (block: Block, others: Readonly<Record<string, Block>> = {}) =>
  stackOf(
    {
      resource: {
        google_service_account: { Dags: { account_id: "dags", project: cloud.project } },
        google_bigquery_dataset: { One: block },
        google_project_iam_member: others,
      },
    },
    inCloud,
  );
const account = expression("google_service_account.Dags.email");
const early = `names ${email}, and does not wait for it`;

describeRule(accountsFirst, {
  violates: [
    ["an account by its email", beside({ access: [{ user_by_email: email }] }), early],
    ["an account as a member", beside({ access: [{ iam_member: `serviceAccount:${email}` }] }), early],
    [
      "one that waits for another thing",
      beside({ access: [{ user_by_email: email }], depends_on: ["google_project_iam_member.Other"] }, { Other: {} }),
      early,
    ],
  ],
  complies: [
    ["an account by reference", beside({ access: [{ user_by_email: account }] })],
    [
      "an account that it waits for",
      beside({ access: [{ user_by_email: email }], depends_on: ["google_service_account.Dags"] }),
    ],
    [
      "an account that it waits for by its grant",
      beside(
        { access: [{ user_by_email: email }], depends_on: ["google_project_iam_member.Grant"] },
        { Grant: { member: `serviceAccount:${account}` } },
      ),
    ],
  ],
  doesNotApply: [
    ["an account of another stack", beside({ access: [{ user_by_email: `other-${email}` }] })],
    ["a dataset of people", beside({ access: [{ user_by_email: "analyst@example.com" }] })],
  ],
});
