import { listOf, objectOf } from "../../policies/blocks";
import type { Mutation } from "./copy";

const perimeter = "google_access_context_manager_service_perimeter.Perimeter";

/** What breaks the rules on watching and on what surrounds a project. */
export const observabilityMutations: readonly Mutation[] = [
  {
    rule: "OBS-01",
    what: "an alert that tells nobody",
    apply: (copy) => {
      copy.resource("gke-dev-observability", "google_monitoring_alert_policy.Alerts_VolumeFull").notification_channels =
        [];
    },
  },
  {
    rule: "OBS-01",
    what: "a critical alert that only machines read",
    apply: (copy) => {
      const alert = copy.resource("gke-prod-observability", "google_monitoring_alert_policy.Alerts_VaultSealed");
      alert.notification_channels = listOf(alert.notification_channels).filter((name) =>
        String(name).includes("Machines"),
      );
    },
  },
  {
    rule: "OBS-02",
    what: "reading that is not logged",
    apply: (copy) => {
      const config = copy.resource("gke-staging-bootstrap", "google_project_iam_audit_config");
      config.audit_log_config = listOf(config.audit_log_config).slice(0, 1);
    },
  },
  {
    rule: "OBS-02",
    what: "audit logs that CI could switch off",
    apply: (copy) =>
      copy.add("gke-prod-observability", "google_project_iam_audit_config", { service: "storage.googleapis.com" }),
  },
  {
    rule: "OBS-03",
    what: "logs under a key of Google",
    apply: (copy) => {
      delete copy.resource("gke-prod-observability", "google_logging_project_bucket_config.Logs_Audit").cmek_settings;
    },
  },
  {
    rule: "OBS-03",
    what: "audit logs that nobody keeps",
    apply: (copy) => {
      copy.resource("gke-dev-observability", "google_logging_project_sink.Logs_AuditSink").disabled = true;
    },
  },
  {
    rule: "TF-16",
    what: "audit logs without protection",
    apply: (copy) => {
      delete copy.resource("gke-prod-observability", "google_logging_project_bucket_config.Logs_Audit").lifecycle;
    },
  },
  {
    rule: "OBS-04",
    what: "a key in a channel",
    apply: (copy) => {
      copy.resource("gke-dev-observability", "google_monitoring_notification_channel").sensitive_labels = {
        service_key: "k",
      };
    },
  },
  {
    rule: "OBS-05",
    what: "no budget",
    apply: (copy) => {
      delete copy.json("gke-prod-observability").resource?.google_billing_budget;
    },
  },
  {
    rule: "PER-01",
    what: "everybody may come in",
    apply: (copy) => {
      const [first] = listOf(objectOf(copy.resource("gke-prod-perimeter", perimeter).spec).ingress_policies);
      objectOf(objectOf(first).ingress_from).identity_type = "ANY_IDENTITY";
    },
  },
  {
    rule: "PER-03",
    what: "a topic that could not be made again",
    apply: (copy) => {
      delete copy.resource("gke-prod-perimeter", "google_pubsub_topic").kms_key_name;
    },
  },
  {
    rule: "PER-02",
    what: "keys of service accounts",
    apply: (copy) => {
      copy.resource("gke-staging-perimeter", "google_org_policy_policy").spec = { rules: [{ enforce: "FALSE" }] };
    },
  },
];
