import { PubsubTopicIamMember } from "@cdktf/provider-google/lib/pubsub-topic-iam-member";
import { SccV2ProjectNotificationConfig } from "@cdktf/provider-google/lib/scc-v2-project-notification-config";
import { Construct } from "constructs";
import { StrictTopic } from "../analytics/strict-topic";
import { gcpName } from "../names";

/** Settings of {@link SecurityFindings}. */
export interface SecurityFindingsProps {
  readonly project: string;
  /** The only region in which messages are kept. */
  readonly region: string;
  /** First part of names. */
  readonly prefix: string;
  /**
   * Full name of the Cloud KMS key that encrypts messages.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
}

/** Days that a message can be had again. */
const retentionDays = 7;

/** Name of the topic that findings come in by; the alert on it is in another layer. */
export function findingsTopic(scope: Construct, prefix: string): string {
  return gcpName(scope, "topic", prefix, "security-findings");
}

/**
 * Findings of Security Command Center that are open and grave, as messages.
 *
 * @see https://cloud.google.com/security-command-center/docs/how-to-notifications
 */
export class SecurityFindings extends Construct {
  constructor(scope: Construct, id: string, { project, region, prefix, kmsKey }: SecurityFindingsProps) {
    super(scope, id);
    const name = findingsTopic(this, prefix);
    const topic = new StrictTopic(this, "Topic", { project, region, name, retentionDays, kmsKey }).resource;
    const config = new SccV2ProjectNotificationConfig(this, "Resource", {
      project,
      location: "global",
      configId: name,
      description: `Open findings of ${prefix} that are high or critical`,
      pubsubTopic: topic.id,
      streamingConfig: {
        filter: 'state="ACTIVE" AND NOT mute="MUTED" AND (severity="HIGH" OR severity="CRITICAL")',
      },
    });
    // The API grants this by itself to whoever may; said here so that a plan keeps it.
    new PubsubTopicIamMember(this, "Publisher", {
      project,
      topic: topic.name,
      role: "roles/pubsub.publisher",
      member: `serviceAccount:${config.serviceAccount}`,
    });
  }
}
