import { heardAlerts } from "../../policies/observability/obs-01-heard-alerts";
import { auditedReading } from "../../policies/observability/obs-02-audited-reading";
import { keptLogs } from "../../policies/observability/obs-03-kept-logs";
import { keylessChannels } from "../../policies/observability/obs-04-keyless-channels";
import { watchedCost } from "../../policies/observability/obs-05-watched-cost";
import { closedPerimeter } from "../../policies/perimeter/per-01-closed-perimeter";
import { strictPolicies } from "../../policies/perimeter/per-02-strict-policies";
import { askedKeys } from "../../policies/perimeter/per-03-keys-that-are-asked-for";
import type { CheckedStack } from "../../policies/rule";
import type { Block } from "../../stacks/stack-json";
import { cloud, describeRule, expression, resource, stackOf } from "./hand-made";

const prod = { ...cloud, tier: "prod" as const };
const dev = { ...cloud, tier: "dev" as const };
const bootstrap = (environment: typeof prod | typeof dev = prod) => stackOf({}, { layer: "bootstrap", environment });

const channel = (name: string) => expression(`google_monitoring_notification_channel.${name}.id`);
const byHand = "projects/example-dev-cloud/notificationChannels/123";

/** A stack with one alert and two channels, for people and for machines. */
const alert = (changes: Block, environment: typeof prod | typeof dev = prod) =>
  stackOf(
    {
      resource: {
        google_monitoring_alert_policy: {
          One: {
            severity: "CRITICAL",
            notification_channels: [channel("Mail")],
            documentation: { content: "## What it means\n\n## What to do\n\n1. look" },
            ...changes,
          },
        },
        google_monitoring_notification_channel: { Mail: { type: "email" }, Topic: { type: "pubsub" } },
      },
    },
    { layer: "observability", environment },
  );

describeRule(heardAlerts, {
  violates: [
    ["an alert that tells nobody", alert({ notification_channels: [] }), "has no notification_channels"],
    [
      "an alert without a runbook",
      alert({ documentation: undefined }),
      "documentation.content does not say what to do",
    ],
    ["an alert without a severity", alert({ severity: undefined }), "severity is absent"],
    ["an alert that is off", alert({ enabled: false }), "is not enabled"],
    [
      "a critical alert that only machines read",
      alert({ notification_channels: [channel("Topic")] }),
      "is critical and reaches machines only",
    ],
  ],
  complies: [
    ["an alert by mail", alert({})],
    ["a channel made by hand", alert({ notification_channels: [byHand] })],
    ["a warning for machines", alert({ severity: "WARNING", notification_channels: [channel("Topic")] })],
    ["a critical alert of dev that only machines read", alert({ notification_channels: [channel("Topic")] }, dev)],
  ],
  doesNotApply: [["a dashboard", resource("google_monitoring_dashboard", {})]],
});

const audited = (changes: Block, layer: CheckedStack["layer"] = "bootstrap") =>
  resource(
    "google_project_iam_audit_config",
    {
      service: "allServices",
      audit_log_config: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map((kind) => ({ log_type: kind })),
      ...changes,
    },
    { layer, environment: prod },
  );

describeRule(auditedReading, {
  violates: [
    ["an environment without audit logs", bootstrap(), "DATA_READ of allServices is not logged"],
    ["a layer that CI applies", [bootstrap(), audited({}, "observability")], "is made in the layer observability"],
    [
      "one service alone",
      [bootstrap(), audited({ service: "storage.googleapis.com" })],
      "DATA_READ of allServices is not logged",
    ],
    [
      "reading that is left out",
      [bootstrap(), audited({ audit_log_config: [{ log_type: "DATA_WRITE" }] })],
      "DATA_READ of allServices is not logged",
    ],
    [
      "somebody who is exempt",
      [
        bootstrap(),
        audited({ audit_log_config: [{ log_type: "DATA_READ", exempted_members: ["user:ana@example.com"] }] }),
      ],
      "user:ana@example.com is exempt",
    ],
    [
      "the logs of another environment",
      [stackOf({}, { layer: "bootstrap", environment: { ...prod, name: "other" } }), audited({})],
      "DATA_READ of allServices is not logged",
    ],
  ],
  complies: [["all reading of everybody", [bootstrap(), audited({})]]],
  doesNotApply: [["a laptop", stackOf({})]],
});

const logs = (
  bucket: Block,
  sinks: Readonly<Record<string, Block>> = {},
  environment: typeof prod | typeof dev = prod,
) => {
  const filter = 'log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/data_access")';
  return [
    bootstrap(environment),
    stackOf(
      {
        resource: {
          google_logging_project_bucket_config: {
            One: { retention_days: 400, cmek_settings: { kms_key_name: "key" }, ...bucket },
          },
          google_logging_project_sink: {
            Audit: { name: "audit", filter, ...sinks.audit },
            Default: {
              name: "_Default",
              filter: `NOT (${filter})`,
              destination: "logging.googleapis.com/projects/p/locations/europe-west1/buckets/b",
              ...sinks.standard,
            },
          },
        },
      },
      { layer: "observability", environment },
    ),
  ];
};

describeRule(keptLogs, {
  violates: [
    ["logs of a week", logs({ retention_days: 7 }), "retention_days is 7"],
    ["a key of Google", logs({ cmek_settings: undefined }), "has no key of our own"],
    ["no sink at all", bootstrap(), "no sink keeps data_access"],
    ["a sink that is off", logs({}, { audit: { disabled: true } }), "no sink keeps activity"],
    [
      "a sink that keeps something else",
      logs({}, { audit: { filter: "severity>=ERROR" } }),
      "no sink keeps data_access",
    ],
    [
      "the bucket in no region",
      logs({}, { standard: { destination: "logging.googleapis.com/projects/p/locations/global/buckets/_Default" } }),
      "_Default goes to the global bucket",
    ],
  ],
  complies: [
    ["logs that stay, under our key", logs({})],
    ["a key of Google in dev", logs({ cmek_settings: undefined }, {}, dev)],
  ],
  doesNotApply: [["a laptop", stackOf({})]],
});

const notification = (block: Block) => resource("google_monitoring_notification_channel", block);

describeRule(keylessChannels, {
  violates: [
    [
      "a key of PagerDuty",
      notification({ type: "pagerduty", sensitive_labels: { service_key: "k" } }),
      "has sensitive_labels",
    ],
    ["a token of Slack", notification({ type: "slack", labels: { auth_token: "t" } }), "labels has auth_token"],
  ],
  complies: [["a mail", notification({ type: "email", labels: { email_address: "platform@example.com" } })]],
  doesNotApply: [["an alert", resource("google_monitoring_alert_policy", {})]],
});

const budget = (changes: Block) => [
  bootstrap(),
  resource(
    "google_billing_budget",
    { budget_filter: { projects: ["projects/1"] }, threshold_rules: [{ threshold_percent: 1 }], ...changes },
    { layer: "observability", environment: prod },
  ),
];

describeRule(watchedCost, {
  violates: [
    ["no budget", bootstrap(), "there is no budget"],
    ["a budget of every project", budget({ budget_filter: {} }), "a budget counts other projects too"],
    ["a budget without steps", budget({ threshold_rules: [] }), "a budget tells nobody"],
  ],
  complies: [["a budget of the project", budget({})]],
  doesNotApply: [["dev", bootstrap(dev)]],
});

const services = [
  "bigquery",
  "binaryauthorization",
  "compute",
  "containeranalysis",
  "datacatalog",
  "secretmanager",
  "sqladmin",
  "storage",
].map((name) => `${name}.googleapis.com`);
const perimeter = (part: Block, kind: "spec" | "status" = "spec") =>
  resource("google_access_context_manager_service_perimeter", {
    [kind]: {
      resources: ["projects/1"],
      restricted_services: services,
      ingress_policies: [{ ingress_from: { identities: ["serviceAccount:a@b.iam.gserviceaccount.com"] } }],
      ...part,
    },
  });

describeRule(closedPerimeter, {
  violates: [
    [
      "an empty perimeter",
      resource("google_access_context_manager_service_perimeter", {}),
      "has neither status nor spec",
    ],
    [
      "buckets outside",
      perimeter({ restricted_services: services.slice(0, -1) }),
      "does not restrict storage.googleapis.com",
    ],
    [
      "everybody",
      perimeter({ ingress_policies: [{ ingress_from: { identity_type: "ANY_IDENTITY" } }] }, "status"),
      'lets in identity_type "ANY_IDENTITY"',
    ],
    ["nobody by name", perimeter({ ingress_policies: [{ ingress_from: {} }] }), "lets in whom it does not name"],
    ["a way out", perimeter({ egress_policies: [{}] }), "lets data out by egress_policies"],
    ["two projects", perimeter({ resources: ["projects/1", "projects/2"] }), "surrounds 2 projects"],
  ],
  complies: [
    ["a dry run", perimeter({})],
    ["an enforced one", perimeter({}, "status")],
  ],
  doesNotApply: [["an access level", resource("google_access_context_manager_access_level", {})]],
});

const policy = (spec: Block, changes: Block = {}) =>
  resource(
    "google_org_policy_policy",
    { parent: "projects/example-dev-cloud", spec, ...changes },
    { layer: "perimeter", environment: prod },
  );

describeRule(strictPolicies, {
  violates: [
    ["a policy that is off", policy({ rules: [{ enforce: "FALSE" }] }), "enforce is FALSE"],
    ["a list of everything", policy({ rules: [{ allow_all: "TRUE" }] }), "allow_all is TRUE"],
    ["the default of Google", policy({ reset: true }), "reset takes the default of Google"],
    ["nothing", policy({}), "has no rules"],
    [
      "half of the resources",
      policy({ rules: [{ enforce: "TRUE", condition: { expression: "true" } }] }),
      "has a condition, outside of which it does not hold",
    ],
    [
      "another parent",
      policy({ rules: [{ enforce: "TRUE" }] }, { parent: "organizations/1" }),
      'parent is "organizations/1"',
    ],
  ],
  complies: [
    ["a policy that holds", policy({ rules: [{ deny_all: "TRUE" }] })],
    ["a dry run", policy({}, { spec: undefined, dry_run_spec: { rules: [{ enforce: "TRUE" }] } })],
  ],
  doesNotApply: [["a perimeter", resource("google_access_context_manager_service_perimeter", {})]],
});

const asked = (services: readonly string[], topic: Block = { kms_key_name: "key" }) => [
  resource(
    "google_org_policy_policy",
    {
      name: "projects/example-dev-cloud/policies/gcp.restrictNonCmekServices",
      spec: { rules: [{ values: { denied_values: services } }] },
    },
    { layer: "perimeter", environment: prod },
  ),
  resource("google_pubsub_topic", topic, { layer: "analytics", environment: prod }),
];

describeRule(askedKeys, {
  violates: [
    [
      "a topic without a key",
      asked(["pubsub.googleapis.com"], {}),
      "refuses google_pubsub_topic.One of cloud-analytics, which has no key",
    ],
    [
      "a service that nobody knows",
      asked(["run.googleapis.com"]),
      "names run.googleapis.com, of which this rule knows no resource",
    ],
  ],
  complies: [["a topic with a key", asked(["pubsub.googleapis.com"])]],
  doesNotApply: [["another policy", policy({ rules: [{ enforce: "TRUE" }] })]],
});
