import { PubsubSubscription } from "@cdktf/provider-google/lib/pubsub-subscription";
import { PubsubSubscriptionIamMember } from "@cdktf/provider-google/lib/pubsub-subscription-iam-member";
import type { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import { Construct } from "constructs";
import { gcpName } from "../names";
import { ClassifiedTable } from "./classified-table";
import type { AnalyticsDataset } from "./dataset";
import { StrictTopic } from "./strict-topic";

/** Columns of what was done about alerts. */
const incidents = [
  { name: "incident_id", type: "STRING", required: true, description: "id that Cloud Monitoring gave" },
  { name: "received_at", type: "TIMESTAMP", required: true, description: "when the alert was read" },
  { name: "policy", type: "STRING", description: "name of the alert policy" },
  { name: "resource", type: "STRING", description: "what alerted" },
  { name: "state", type: "STRING", description: "open or closed" },
  { name: "proposal", type: "STRING", description: "what the model or a rule would do" },
  { name: "approval", type: "STRING", description: "who must agree: none, one or strict" },
] as const;

/** Settings of an {@link AlertQueue}. */
export interface AlertQueueProps {
  readonly project: string;
  /** The only region in which messages are kept. */
  readonly region: string;
  /** Environment; the first part of all names. */
  readonly environment: string;
  /** Number of the project: Google's own accounts have it in their emails. */
  readonly projectNumber: string;
  /** Dataset of what is known of alerts. */
  readonly dataset: AnalyticsDataset;
  /** Days that an alert waits for who reads it, 1 to 31. */
  readonly retentionDays: number;
  /**
   * Full name of the Cloud KMS key that encrypts messages.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
}

const day = 24 * 60 * 60;

/** Times that a message is handed out before it is put aside; 5 to 100. */
const attempts = 5;

/**
 * Where alerts wait to be healed: a topic, one subscription that keeps them until somebody has dealt with them, a second pair
 * for those that nobody could deal with, and a table of what was done.
 *
 * No schema: Cloud Monitoring decides what its messages look like, and Pub/Sub would refuse them after a change.
 *
 * @see https://cloud.google.com/monitoring/support/notification-options#pubsub
 */
export class AlertQueue extends Construct {
  readonly topic: PubsubTopic;
  readonly subscription: PubsubSubscription;
  /** What was done about alerts. */
  readonly incidents: ClassifiedTable;
  private readonly project: string;

  constructor(scope: Construct, id: string, props: AlertQueueProps) {
    super(scope, id);
    const { project, environment } = props;
    this.project = project;
    const name = gcpName(this, "topic", environment, "healing");
    const deadName = gcpName(this, "topic", environment, "healing-dead");
    this.topic = new StrictTopic(this, "Topic", { ...props, name }).resource;
    const dead = new StrictTopic(this, "Dead", { ...props, name: deadName }).resource;
    const shared = {
      project,
      messageRetentionDuration: `${props.retentionDays * day}s`,
      // Never: Pub/Sub deletes what nobody has read for a month.
      expirationPolicy: { ttl: "" },
    };
    this.subscription = new PubsubSubscription(this, "Subscription", {
      ...shared,
      name,
      topic: this.topic.id,
      // The longest there is: a DAG answers when it has written down what it found.
      ackDeadlineSeconds: 600,
      deadLetterPolicy: { deadLetterTopic: dead.id, maxDeliveryAttempts: attempts },
      retryPolicy: { minimumBackoff: "30s", maximumBackoff: "600s" },
    });
    new PubsubSubscription(this, "DeadSubscription", { ...shared, name: deadName, topic: dead.id });

    this.incidents = new ClassifiedTable(this, "Incidents", {
      project,
      dataset: props.dataset,
      tableId: "incidents",
      description: "What was done about alerts",
      columns: incidents,
      partitionBy: "received_at",
    });

    // Pub/Sub itself moves a message aside, as its own account.
    const agent = `serviceAccount:service-${props.projectNumber}@gcp-sa-pubsub.iam.gserviceaccount.com`;
    new PubsubTopicIamMember(this, "MovesAside", {
      project,
      topic: dead.name,
      role: "roles/pubsub.publisher",
      member: agent,
    });
    new PubsubSubscriptionIamMember(this, "TakesAway", {
      project,
      subscription: this.subscription.name,
      role: "roles/pubsub.subscriber",
      member: agent,
    });
  }

  /** Lets somebody read alerts and say that they are dealt with. */
  allowReader(id: string, member: string): void {
    for (const [suffix, role] of [
      ["Reads", "roles/pubsub.subscriber"],
      ["Sees", "roles/pubsub.viewer"],
    ] as const) {
      new PubsubSubscriptionIamMember(this, `${id}${suffix}`, {
        project: this.project,
        subscription: this.subscription.name,
        role,
        member,
      });
    }
  }
}
