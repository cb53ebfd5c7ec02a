import type { IConstruct } from "constructs";
import { type GkePlace, serviceAccountEmail } from "../addresses";
import { gcpName } from "../names";

/** Names of what the analytics layer makes, known before anything exists. */
export interface AnalyticsAddresses {
  /** Topic to which alerts are sent that the healing DAG answers: `projects/<project>/topics/<topic>`. */
  readonly healingTopic: string;
  /** Topic that hears of every inspection: `projects/<project>/topics/<topic>`. */
  readonly findingsTopic: string;
  /** Short name of the subscription that the healing DAG reads. */
  readonly healingSubscription: string;
  /** Short names of the buckets. */
  readonly buckets: Readonly<Record<"lake" | "staging" | "backup" | "pipeline" | "dags", string>>;
  /** Short names of service accounts. */
  readonly accounts: Readonly<Record<AnalyticsAccount, string>>;
  /** Emails of the same. */
  readonly emails: Readonly<Record<AnalyticsAccount, string>>;
  /** Name of the Composer environment. */
  readonly composer: string;
}

/** What acts with an identity of its own in the analytics layer. */
export type AnalyticsAccount = "composer" | "training" | "serving";

/**
 * Computes what other layers need of the analytics layer, so that none of them reads its state.
 *
 * @throws PlatformError when the environment's or the project's name makes a name too long
 */
export function analyticsAddresses(scope: IConstruct, place: GkePlace): AnalyticsAddresses {
  const { environment, project } = place;
  const topic = (use: string) => `projects/${project}/topics/${gcpName(scope, "topic", environment, use)}`;
  const bucket = (use: string) => gcpName(scope, "bucket", project, environment, use);
  const accounts = {
    composer: gcpName(scope, "service-account", environment, "composer"),
    training: gcpName(scope, "service-account", environment, "training"),
    serving: gcpName(scope, "service-account", environment, "serving"),
  };
  return {
    healingTopic: topic("healing"),
    findingsTopic: topic("inspection"),
    healingSubscription: gcpName(scope, "topic", environment, "healing"),
    buckets: {
      lake: bucket("lake"),
      staging: bucket("staging"),
      backup: bucket("backup"),
      pipeline: bucket("pipeline"),
      dags: bucket("dags"),
    },
    accounts,
    emails: {
      composer: serviceAccountEmail(project, accounts.composer),
      training: serviceAccountEmail(project, accounts.training),
      serving: serviceAccountEmail(project, accounts.serving),
    },
    composer: gcpName(scope, "composer", environment, "composer"),
  };
}
