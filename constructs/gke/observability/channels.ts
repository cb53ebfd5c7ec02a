import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { PlatformError } from "../../terraform/platform-error";
import { StrictTopic } from "../analytics/strict-topic";
import { gcpName } from "../names";
import type { Severity } from "./alerts/alert";

/** Who is told of an alert. */
export type ChannelSettings =
  | { readonly kind: "email"; readonly address: string }
  /** A channel that was made by hand, by its number: its key would be in the state otherwise (TF-01). */
  | { readonly kind: "pagerduty" | "slack"; readonly channel: string }
  /** A topic of the environment's own. */
  | { readonly kind: "pubsub" };

/** Settings of {@link AlertChannels}. */
export interface AlertChannelsProps {
  readonly project: string;
  /** The only region in which messages are kept. */
  readonly region: string;
  /** First part of names. */
  readonly prefix: string;
  /**
   * Full name of the Cloud KMS key that encrypts messages to topics.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /** Number of the project: the agent that sends messages is named after it. */
  readonly projectNumber: string;
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  /** Channels of each severity, by their names. */
  readonly routes: Readonly<Record<Severity, readonly string[]>>;
  /**
   * Topic that triggers healing, `projects/<project>/topics/<topic>`; it exists.
   *
   * @default - nothing heals by itself
   */
  readonly healingTopic?: string;
}

/** Days that a message to a topic can be had again. */
const retentionDays = 7;

/**
 * The channels of an environment. PagerDuty's key and Slack's token are arguments that the provider keeps in the state, so
 * those channels are connected by hand and only named here.
 *
 * @see https://cloud.google.com/monitoring/support/notification-options
 */
export class AlertChannels extends Construct {
  private readonly names: Readonly<Record<string, string>>;
  private readonly emails: readonly string[];
  private readonly healing?: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlertChannelsProps,
  ) {
    super(scope, id);
    const entries = Object.entries(props.channels);
    this.names = Object.fromEntries(entries.map(([name, channel]) => [name, this.nameOf(name, channel)]));
    this.emails = entries.flatMap(([name, { kind }]) => (kind === "email" ? [this.names[name] ?? ""] : []));
    this.healing = props.healingTopic === undefined ? undefined : this.topicChannel("Healing", props.healingTopic);
  }

  /** Full names of the channels of a severity, and of the one that heals. */
  of(severity: Severity, heals = false): string[] {
    const names = this.props.routes[severity].map((name) => {
      const found = this.names[name];
      if (found === undefined) {
        throw new PlatformError(
          this,
          `the route ${severity} names the channel "${name}", which is not there`,
          `use one of ${Object.keys(this.names).join(", ")}`,
        );
      }
      return found;
    });
    return [...names, ...(heals && this.healing !== undefined ? [this.healing] : [])];
  }

  /** Full names of the channels that a budget can use: mail only, five at most. */
  get forBudgets(): string[] {
    return this.emails.slice(0, 5);
  }

  private nameOf(name: string, channel: ChannelSettings): string {
    const { project, region, prefix, kmsKey } = this.props;
    switch (channel.kind) {
      case "email":
        return new MonitoringNotificationChannel(this, idOf(name), {
          project,
          displayName: `${prefix}: ${name}`,
          type: "email",
          labels: { email_address: channel.address },
          // A channel that alerts still name must not vanish under them.
          forceDelete: false,
        }).id;
      case "pagerduty":
      case "slack":
        return `projects/${project}/notificationChannels/${channel.channel}`;
      case "pubsub": {
        const topic = new StrictTopic(this, `${idOf(name)}Topic`, {
          project,
          region,
          name: gcpName(this, "topic", prefix, `alerts-${name}`),
          retentionDays,
          kmsKey,
        });
        return this.topicChannel(idOf(name), topic.resource.id);
      }
      default:
        return channel satisfies never;
    }
  }

  private topicChannel(id: string, topic: string): string {
    const { project, prefix, projectNumber } = this.props;
    const channel = new MonitoringNotificationChannel(this, id, {
      project,
      displayName: `${prefix}: ${id.toLowerCase()}, a topic`,
      type: "pubsub",
      labels: { topic },
      forceDelete: false,
    });
    new PubsubTopicIamMember(this, `${id}Publisher`, {
      project,
      topic,
      role: "roles/pubsub.publisher",
      member: `serviceAccount:service-${projectNumber}@gcp-sa-monitoring-notification.iam.gserviceaccount.com`,
      // Google makes its agent with the first such channel of a project.
      dependsOn: [channel],
    });
    return channel.id;
  }
}
