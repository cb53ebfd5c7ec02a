import { Construct } from "constructs";
import type { INamespace } from "../../kubernetes";
import { PlatformError } from "../../terraform";
import type { S3Bucket, S3Store, ServiceEndpoint } from "../contracts";
import { publicAddresses } from "../public-addresses";
import type { ServiceContext } from "../service-context";
import type { BucketRules } from "./bucket-rules";
import { setBucketRules } from "./bucket-rules-job";
import { type BucketKeys, BucketSet } from "./bucket-set";

/** A bucket that is there already. */
export interface ExternalBucket {
  /** Name in the store. */
  readonly name: string;
  readonly keys: BucketKeys;
  /**
   * Versions and lifecycle rules.
   *
   * @default - who made the bucket has set them
   */
  readonly rules?: BucketRules;
}

/** Settings of {@link ExternalObjectStore}. */
export interface ExternalObjectStoreProps {
  readonly context: ServiceContext;
  /** Namespace of the job that sets rules of buckets. */
  readonly namespace: INamespace;
  /** Address, with its scheme and, where it is not that of the scheme, its port. */
  readonly endpoint: string;
  /** Region that clients sign with. */
  readonly region: string;
  /** Whether a bucket is a path below the endpoint instead of a host name of its own. */
  readonly pathStyle: boolean;
  /** Buckets by the name that services ask for them by. */
  readonly buckets: { readonly [asked: string]: ExternalBucket };
  /**
   * Ranges of the addresses behind the endpoint, in CIDR notation.
   *
   * @default - every public address: network policies know no host names
   */
  readonly cidrs?: readonly string[];
}

/** An object store that somebody else runs: AWS, a store of the company, or GCS by its S3-compatible interface. */
export class ExternalObjectStore extends Construct implements S3Store {
  readonly kind = "s3";
  readonly endpoint: string;
  readonly region: string;
  readonly pathStyle: boolean;
  readonly server: ServiceEndpoint;
  private readonly buckets = new BucketSet(this);

  /** @throws PlatformError for an address that is none and for a name of a bucket that S3 refuses */
  constructor(scope: Construct, id: string, props: ExternalObjectStoreProps) {
    super(scope, id);
    const address = URL.canParse(props.endpoint) ? new URL(props.endpoint) : undefined;
    if (!address || !/^https?:$/.test(address.protocol) || address.pathname !== "/") {
      throw new PlatformError(
        this,
        `endpoint is "${props.endpoint}"`,
        "use scheme and host, such as https://s3.example.com",
      );
    }
    this.endpoint = props.endpoint.replace(/\/$/, "");
    this.region = props.region;
    this.pathStyle = props.pathStyle;
    const port = address.port === "" ? { "http:": 80, "https:": 443 }[address.protocol] : Number(address.port);
    this.server = {
      end: { ...(props.cidrs ? { cidrs: props.cidrs } : publicAddresses), name: "object-store" },
      port: port ?? 443,
    };
    for (const [asked, { name, keys }] of Object.entries(props.buckets)) {
      this.buckets.add(asked, name, () => keys);
    }
    const ruled = Object.entries(props.buckets).flatMap(([asked, { rules }]) =>
      rules ? [{ bucket: this.bucket(asked), rules }] : [],
    );
    if (ruled.length > 0) {
      setBucketRules(this, "BucketRules", { context: props.context, namespace: props.namespace, buckets: ruled });
    }
  }

  bucket(asked: string): S3Bucket {
    return this.buckets.get(asked);
  }
}
