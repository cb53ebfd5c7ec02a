import { Construct } from "constructs";
import { type GoogleApisAccess, googleApiRanges } from "../../gke/network/private-names";
import { PlatformError } from "../../terraform";
import type { BucketAccount, GcsBucket, GcsStore, ServiceEndpoint } from "../contracts";

/** Settings of {@link GoogleObjectStore}. */
export interface GoogleObjectStoreProps {
  /** Project of the buckets. */
  readonly project: string;
  /**
   * Addresses at which the network has Google's APIs.
   *
   * @default "private"
   */
  readonly apis?: GoogleApisAccess;
  /** Names of the buckets in Cloud Storage, by the names that services ask for them by. */
  readonly buckets: { readonly [asked: string]: string };
  /** Which Google service account the pods of which Kubernetes service accounts act as, and what it may open. */
  readonly identities: readonly GoogleBucketIdentity[];
}

/** A Google service account, as pods know it. */
export interface GoogleBucketIdentity {
  readonly email: string;
  readonly kubernetes: readonly BucketAccount[];
  /** Buckets that it may open, by the names that services ask for them by. */
  readonly buckets: readonly string[];
}

/** Port of Google's APIs. */
const https = 443;

/** The address of the node, and the port behind it on which GKE answers for its metadata server. */
const metadataPorts = [80, 988];

/**
 * Buckets of Cloud Storage that an earlier layer has made, opened by Workload Identity: no pod has a key.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
 */
export class GoogleObjectStore extends Construct implements GcsStore {
  readonly kind = "gcs";
  readonly project: string;
  /** The network's own names lead to these addresses, which the internet does not have. */
  readonly server: ServiceEndpoint;
  /** NET-07: pods that act as an identity may reach the metadata server, and nobody else. */
  readonly metadataServer: readonly ServiceEndpoint[] = metadataPorts.map((port) => ({
    end: { name: "metadata-server", cidrs: ["169.254.169.254/32", "169.254.169.252/32"] },
    port,
  }));
  private readonly props: GoogleObjectStoreProps;

  constructor(scope: Construct, id: string, props: GoogleObjectStoreProps) {
    super(scope, id);
    this.project = props.project;
    // NET-10: the range that the network's names lead to, and not the other one.
    this.server = { end: { name: "google-apis", cidrs: [googleApiRanges[props.apis ?? "private"]] }, port: https };
    this.props = props;
  }

  /** Where people find the buckets. */
  get address(): string {
    return `https://console.cloud.google.com/storage/browser?project=${this.project}`;
  }

  bucket(asked: string): GcsBucket {
    const name = this.props.buckets[asked];
    if (name === undefined) {
      const known = Object.keys(this.props.buckets).join(", ");
      throw new PlatformError(this, `there is no bucket "${asked}"`, `use one of ${known}, or add it to buckets`);
    }
    return {
      kind: "gcs",
      name,
      uri: `gs://${name}`,
      store: this,
      annotationsOf: (account) => this.annotationsOf(asked, account),
    };
  }

  private annotationsOf(asked: string, { namespace, serviceAccount }: BucketAccount) {
    const identity = this.props.identities.find(({ kubernetes }) =>
      kubernetes.some((each) => each.namespace === namespace && each.serviceAccount === serviceAccount),
    );
    if (!identity?.buckets.includes(asked)) {
      throw new PlatformError(
        this,
        `no Google identity of ${namespace}/${serviceAccount} may open bucket "${asked}"`,
        "add it to googleIdentities of the service's definition",
      );
    }
    return { "iam.gke.io/gcp-service-account": identity.email };
  }
}
