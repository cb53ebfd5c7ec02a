import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { Construct } from "constructs";

/** Settings of a {@link StrictTopic}. */
export interface StrictTopicProps {
  readonly project: string;
  /** The only region in which messages are kept. */
  readonly region: string;
  /** Short name. */
  readonly name: string;
  /** Days that messages can be had again, 1 to 31. */
  readonly retentionDays: number;
  /**
   * Full name of the Cloud KMS key that encrypts messages.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
}

/** A topic whose messages are kept in one region. */
export class StrictTopic extends Construct {
  readonly resource: PubsubTopic;

  constructor(scope: Construct, id: string, props: StrictTopicProps) {
    super(scope, id);
    this.resource = new PubsubTopic(this, "Resource", {
      project: props.project,
      name: props.name,
      kmsKeyName: props.kmsKey,
      messageRetentionDuration: `${props.retentionDays * 24 * 60 * 60}s`,
      // Monitoring publishes from wherever it runs; Pub/Sub then carries the message here, so it cannot be refused on its way.
      messageStoragePolicy: { allowedPersistenceRegions: [props.region], enforceInTransit: false },
    });
  }
}
