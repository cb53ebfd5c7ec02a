import { forEach, type Rule } from "../rule";
import { clusters, guarded, wants, wantsText } from "./clusters";

export const posture: Rule = {
  id: "GKE-18",
  reason: "a finding that nobody looks for and an upgrade that nobody hears of are surprises",
  remedy: "set security_posture_config.mode to BASIC, and send notices to a Pub/Sub topic",
  check: forEach(
    (stack) => (guarded(stack) ? clusters(stack) : []),
    ({ block }) => [
      ...wants(block, "security_posture_config.mode", "BASIC", "ENTERPRISE"),
      // Google shut its scanner of images down on 2025-07-31: a cluster that asks for it never settles.
      ...wants(block, "security_posture_config.vulnerability_mode", undefined, "VULNERABILITY_DISABLED"),
      ...wants(block, "notification_config.pubsub.enabled", true),
      ...wantsText(block, "notification_config.pubsub.topic"),
    ],
  ),
};
