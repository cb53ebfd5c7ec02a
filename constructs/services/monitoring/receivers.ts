import type { SecretKey } from "../../secrets";
import type { JsonObject } from "../../terraform";

/** Who is told of alerts; what is secret comes from keys of secrets, never from a value. */
export interface AlertReceivers {
  /** Any system that takes Alertmanager's JSON. */
  readonly webhook?: { readonly url: SecretKey };
  readonly slack?: {
    /** URL of an incoming webhook. */
    readonly url: SecretKey;
    /** Such as `#data-platform`. */
    readonly channel: string;
  };
  readonly pagerduty?: {
    /** Key of an integration with the Events API v2. */
    readonly routingKey: SecretKey;
  };
  readonly email?: {
    readonly to: string;
    readonly from: string;
    /** Host and port, such as `smtp.example.com:587`; TLS is demanded. */
    readonly server: string;
    readonly username: string;
    readonly password: SecretKey;
  };
}

/** Secret with what Alertmanager reads from files. */
export const receiverSecret = "alert-receivers";

const file = (key: string) => `/etc/alertmanager/secrets/${receiverSecret}/${key}`;

/** Keys of {@link receiverSecret}, by the name of their file; none when nobody is told by way of a secret. */
export function receiverKeys({ webhook, slack, pagerduty, email }: AlertReceivers): {
  readonly [key: string]: SecretKey;
} {
  return {
    ...(webhook ? { "webhook-url": webhook.url } : {}),
    ...(slack ? { "slack-url": slack.url } : {}),
    ...(pagerduty ? { "pagerduty-routing-key": pagerduty.routingKey } : {}),
    ...(email ? { "email-password": email.password } : {}),
  };
}

/** Ports at which receivers are called; HTTPS unless mail goes out. */
export function receiverPorts({ webhook, slack, pagerduty, email }: AlertReceivers): readonly number[] {
  const smtp = email ? [Number(email.server.split(":")[1] ?? "587")] : [];
  return [...new Set([...(webhook || slack || pagerduty ? [443] : []), ...smtp])].sort((a, b) => a - b);
}

const text = "{{ range .Alerts }}{{ .Annotations.summary }} {{ .Annotations.remedy }}\n{{ end }}";

/**
 * Configuration of Alertmanager: alerts of one name and namespace arrive together, critical ones again after four hours and
 * others after a day, and a critical alert silences the warnings of the same thing.
 *
 * @see https://prometheus.io/docs/alerting/latest/configuration/
 */
export function alertmanagerConfig({ webhook, slack, pagerduty, email }: AlertReceivers): JsonObject {
  const send_resolved = true;
  return {
    global: { resolve_timeout: "5m" },
    route: {
      receiver: "people",
      group_by: ["alertname", "namespace"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "24h",
      routes: [{ receiver: "people", matchers: ['severity="critical"'], repeat_interval: "4h" }],
    },
    inhibit_rules: [
      {
        source_matchers: ['severity="critical"'],
        target_matchers: ['severity="warning"'],
        equal: ["namespace", "pod", "persistentvolumeclaim", "name"],
      },
    ],
    receivers: [
      {
        name: "people",
        ...(webhook ? { webhook_configs: [{ url_file: file("webhook-url"), send_resolved }] } : {}),
        ...(slack
          ? {
              slack_configs: [
                {
                  api_url_file: file("slack-url"),
                  channel: slack.channel,
                  title: "{{ .CommonLabels.alertname }} ({{ .Status }})",
                  text,
                  send_resolved,
                },
              ],
            }
          : {}),
        ...(pagerduty
          ? { pagerduty_configs: [{ routing_key_file: file("pagerduty-routing-key"), send_resolved }] }
          : {}),
        ...(email
          ? {
              email_configs: [
                {
                  to: email.to,
                  from: email.from,
                  smarthost: email.server,
                  auth_username: email.username,
                  auth_password_file: file("email-password"),
                  require_tls: true,
                  send_resolved,
                },
              ],
            }
          : {}),
      },
    ],
    templates: [],
  };
}
