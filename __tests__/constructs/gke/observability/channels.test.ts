import { AlertChannels, type AlertChannelsProps } from "../../../../constructs/gke";
import { all, emptyStack, only } from "../synthesized";

const props: AlertChannelsProps = {
  project: "example-dev",
  region: "europe-west1",
  prefix: "gke-dev",
  projectNumber: "123",
  channels: {
    team: { kind: "email", address: "platform@example.com" },
    "on-call": { kind: "pagerduty", channel: "42" },
    machines: { kind: "pubsub" },
  },
  routes: { critical: ["on-call", "team"], error: ["team"], warning: ["machines"] },
};

function made(changes: Partial<AlertChannelsProps> = {}) {
  const stack = emptyStack();
  return { stack, channels: new AlertChannels(stack, "Channels", { ...props, ...changes }) };
}

describe("AlertChannels", () => {
  it("names a channel whose key must not be in the state, and makes none", () => {
    const { stack, channels } = made();
    expect(channels.of("critical")[0]).toBe("projects/example-dev/notificationChannels/42");
    expect(all(stack, "google_monitoring_notification_channel").map(({ type }) => type)).toEqual(["pubsub", "email"]);
  });

  it("lets Monitoring send to its own topic, which stays in the region", () => {
    const { stack } = made({ kmsKey: "key" });
    expect(only(stack, "google_pubsub_topic")).toMatchObject({
      kms_key_name: "key",
      name: "gke-dev-alerts-machines",
      message_storage_policy: { allowed_persistence_regions: ["europe-west1"] },
    });
    expect(only(stack, "google_pubsub_topic_iam_member")).toMatchObject({
      role: "roles/pubsub.publisher",
      member: "serviceAccount:service-123@gcp-sa-monitoring-notification.iam.gserviceaccount.com",
      depends_on: [expect.stringMatching(/^google_monitoring_notification_channel\.Channels_Machines/)],
    });
  });

  it("sends by severity", () => {
    const { channels } = made();
    expect(channels.of("critical")).toHaveLength(2);
    expect(channels.of("error")).toHaveLength(1);
  });

  it("gives budgets mail alone, and no more than five", () => {
    const mails = Object.fromEntries(
      ["a", "b", "c", "d", "e", "f"].map((name) => [name, { kind: "email" as const, address: `${name}@example.com` }]),
    );
    expect(made().channels.forBudgets).toHaveLength(1);
    expect(
      made({ channels: mails, routes: { critical: [], error: [], warning: [] } }).channels.forBudgets,
    ).toHaveLength(5);
  });

  it("refuses a route to nobody", () => {
    const { channels } = made({ routes: { ...props.routes, error: ["nobody"] } });
    expect(() => channels.of("error")).toThrow('the route error names the channel "nobody", which is not there');
  });
});
