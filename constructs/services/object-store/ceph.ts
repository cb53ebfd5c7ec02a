import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { CustomResources, type INamespace, type KubernetesObject } from "../../kubernetes";
import { clusterSecret, keyOf } from "../../secrets";
import { DeploySettings, stableJson } from "../../terraform";
import type { S3Bucket, S3Store, ServiceEndpoint } from "../contracts";
import type { ServiceContext } from "../service-context";
import { type BucketRules, lifecycleJson } from "./bucket-rules";
import { setBucketRules } from "./bucket-rules-job";
import { BucketSet } from "./bucket-set";

/** Settings of {@link CephObjectStore}. */
export interface CephObjectStoreProps {
  readonly context: ServiceContext;
  /** Namespace of the claims, and so of the ConfigMaps and Secrets that Rook writes. */
  readonly namespace: INamespace;
  /** Buckets to be claimed; a claim and its bucket have the same name. */
  readonly buckets: readonly string[];
  /** StorageClass that stands for the store. */
  readonly storageClass: string;
  /** The gateway's Service. */
  readonly gateway: CephGateway;
  /**
   * Versions and lifecycle rules, by bucket.
   *
   * @default - buckets stay as they are
   */
  readonly rules?: { readonly [bucket: string]: BucketRules };
}

/** Where the gateway of a CephObjectStore is: the operator makes pods and Service by its name. */
export interface CephGateway {
  /** Namespace of Rook's cluster. */
  readonly namespace: INamespace;
  /** Name of the CephObjectStore. */
  readonly store: string;
  /** Port of the Service, which is also that of the pods unless TLS is on. */
  readonly port: number;
}

/** Keys of the Secret of a claim. */
const secretKeys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/** Port of the gateway's pods without TLS, whatever its Service has. */
const podPort = 8080;

/**
 * Buckets of a Ceph cluster that Rook runs, by ObjectBucketClaims. Rook makes the key pair of each and writes it into a Secret
 * of the claim's name; where another namespace uses the bucket, External Secrets copies it from there.
 *
 * Rook takes lifecycle rules only where `ROOK_OBC_ALLOW_ADDITIONAL_CONFIG_FIELDS` of its operator names `bucketLifecycle`.
 *
 * @see https://rook.io/docs/rook/v1.20/Storage-Configuration/Object-Storage-RGW/ceph-object-bucket-claim/
 */
export class CephObjectStore extends Construct implements S3Store {
  readonly kind = "s3";
  readonly endpoint: string;
  /** Ceph takes the region that its zone group has no other name for. */
  readonly region = "us-east-1";
  readonly pathStyle = true;
  readonly server: ServiceEndpoint;
  readonly claims: CustomResources;
  private readonly namespace: INamespace;
  private readonly buckets = new BucketSet(this);

  /** @throws PlatformError for no bucket, a bucket named twice, a name that S3 refuses and rules for a bucket that is not there */
  constructor(scope: Construct, id: string, props: CephObjectStoreProps) {
    super(scope, id);
    const { gateway, rules = {} } = props;
    this.namespace = props.namespace;
    const service = `rook-ceph-rgw-${gateway.store}`;
    this.endpoint = `http://${service}.${gateway.namespace.name}.svc:${gateway.port}`;
    this.server = {
      end: {
        namespace: gateway.namespace,
        name: "ceph-gateway",
        foreign: true,
        podLabels: { app: "rook-ceph-rgw", rook_object_store: gateway.store },
      },
      port: podPort,
    };
    for (const bucket of props.buckets) {
      this.buckets.add(bucket, bucket, () => this.claimed(bucket));
    }
    this.claims = new CustomResources(this, "Claims", {
      namespace: this.namespace,
      releaseName: "bucket-claims",
      objects: this.buckets.all.map(({ name }) => this.claim(name, props.storageClass, rules[name])),
    });
    // Rook sets lifecycle rules itself; versions it knows nothing of.
    const versioned = Object.entries(rules).flatMap(([bucket, { versioning, lifecycle }]) =>
      versioning === undefined ? [] : [{ bucket: this.bucket(bucket), rules: { versioning, lifecycle } }],
    );
    if (versioned.length > 0) {
      setBucketRules(this, "BucketRules", { context: props.context, namespace: this.namespace, buckets: versioned });
    }
  }

  /** For the `dependsOn` of who needs its buckets. */
  get resource(): ITerraformDependable {
    return this.claims.release.resource;
  }

  bucket(bucket: string): S3Bucket {
    return this.buckets.get(bucket);
  }

  private claimed(name: string) {
    const claim = { namespace: this.namespace.name, name };
    const keys = clusterSecret(claim, secretKeys);
    return {
      accessKeyId: keyOf(keys, "AWS_ACCESS_KEY_ID"),
      secretAccessKey: keyOf(keys, "AWS_SECRET_ACCESS_KEY"),
      claim,
    };
  }

  private claim(name: string, storageClassName: string, rules: BucketRules | undefined): KubernetesObject {
    return {
      apiVersion: "objectbucket.io/v1alpha1",
      kind: "ObjectBucketClaim",
      metadata: {
        name,
        namespace: this.namespace.name,
        annotations: DeploySettings.of(this).allowDestroy ? {} : { "helm.sh/resource-policy": "keep" },
      },
      spec: {
        bucketName: name,
        storageClassName,
        ...(rules && rules.lifecycle.length > 0
          ? { additionalConfig: { bucketLifecycle: stableJson(lifecycleJson(rules.lifecycle)) } }
          : {}),
      },
    };
  }
}
