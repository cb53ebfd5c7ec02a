import { listOf, objectOf, resources, shown } from "../blocks";
import { guarded } from "../gke/clusters";
import { type CheckedStack, forEach, type Rule } from "../rule";

const severities = ["CRITICAL", "ERROR", "WARNING"];

export const heardAlerts: Rule = {
  id: "OBS-01",
  reason: "an alert that nobody hears, or that nobody knows how to answer, is none",
  remedy:
    "route its severity to a channel and give it a meaning and steps, as constructs/gke/observability/alerts does",
  check: forEach(
    (stack) => resources(stack, ["google_monitoring_alert_policy"]),
    ({ block }, stack) => {
      const channels = listOf(block.notification_channels);
      const { content } = objectOf(block.documentation);
      const urgent = block.severity === "CRITICAL" && guarded(stack);
      return [
        ...(severities.includes(String(block.severity)) ? [] : [`severity is ${shown(block.severity)}`]),
        ...(channels.length > 0 ? [] : ["has no notification_channels"]),
        ...(typeof content === "string" && content.includes("## What to do")
          ? []
          : ["documentation.content does not say what to do"]),
        ...(block.enabled === false ? ["is not enabled"] : []),
        ...(urgent && channels.length > 0 && !channels.some((channel) => reachesPeople(channel, stack))
          ? ["is critical and reaches machines only"]
          : []),
      ];
    },
  ),
};

/** Whether somebody reads a channel: one that is only named was made by hand, for people. */
function reachesPeople(channel: unknown, stack: CheckedStack): boolean {
  const [, name] = /^\$\{google_monitoring_notification_channel\.([^.}]+)\./.exec(String(channel)) ?? [];
  const made = resources(stack, ["google_monitoring_notification_channel"]).find((block) => block.name === name);
  return made === undefined
    ? /^projects\/[^/]+\/notificationChannels\/\d+$/.test(String(channel))
    : made.block.type !== "pubsub";
}
