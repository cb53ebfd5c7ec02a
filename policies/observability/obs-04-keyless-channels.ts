import { objectOf, resources } from "../blocks";
import { forEach, type Rule } from "../rule";

const secrets = ["auth_token", "password", "service_key"];

export const keylessChannels: Rule = {
  id: "OBS-04",
  reason: "the provider keeps the key of PagerDuty and the token of Slack in the state (TF-01)",
  remedy: "connect the channel by hand and give its number",
  check: forEach(
    (stack) => resources(stack, ["google_monitoring_notification_channel"]),
    ({ block }) => [
      ...(block.sensitive_labels === undefined ? [] : ["has sensitive_labels"]),
      ...secrets.filter((label) => label in objectOf(block.labels)).map((label) => `labels has ${label}`),
    ],
  ),
};
