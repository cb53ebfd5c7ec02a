import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { charts } from "../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type Resources,
  restrictedContainer,
  restrictedPod,
} from "../kubernetes";
import { generated, keyOf, type SecretKey } from "../secrets";
import { DeploySettings, PlatformError, stableJson } from "../terraform";
import type { Bucket, ObjectStore, PodsEnd, ServiceEndpoint } from "./contracts";
import { restartOnChange } from "./restart";
import { keepData } from "./retention";
import type { ServiceContext } from "./service-context";

/** Settings of {@link SeaweedFs}. */
export interface SeaweedFsProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Volume of the store, such as `20Gi`. */
  readonly storage: string;
  /** What its one pod asks for. */
  readonly resources: Resources;
  /** Buckets to be made, each with a key pair that opens it alone. */
  readonly buckets: readonly string[];
  /**
   * Key pairs that are keys of declared secrets, by bucket.
   *
   * @default - each bucket's key pair is made for it
   */
  readonly credentials?: { readonly [bucket: string]: BucketKeys };
  /**
   * Class of the volume.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
}

/** The key pair of a bucket. */
export interface BucketKeys {
  readonly accessKeyId: SecretKey;
  readonly secretAccessKey: SecretKey;
}

const name = "seaweedfs";

/** Component label and Service of the one-process mode. */
const component = "seaweedfs-all-in-one";

/** Port of the S3 gateway, chart value `s3.port`. */
const s3Port = 8333;

/** Master, filer and volume server with their gRPC twins: what the job that makes buckets talks to. */
const internalPorts = [9333, 19333, 8888, 18888, 8080, 18080];

/** User that the image drops to. */
const user = 1000;

/** Resources of the job that makes the buckets. */
const hookResources = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } };

/**
 * An object store in the cluster: SeaweedFS as one process (master, volume server, filer and S3 gateway) on one volume.
 *
 * That is what a laptop and a development cluster need. It does not survive the loss of its node.
 *
 * @see https://github.com/seaweedfs/seaweedfs/tree/master/k8s/charts/seaweedfs
 */
export class SeaweedFs extends Construct implements ObjectStore {
  readonly namespace: INamespace;
  readonly endpoint: string;
  /** SeaweedFS takes any region; clients want one to sign with. */
  readonly region = "us-east-1";
  readonly pathStyle = true;
  readonly server: ServiceEndpoint;
  readonly release: ChartRelease;
  private readonly buckets = new Map<string, Bucket>();

  /** @throws PlatformError for no bucket, a bucket named twice and a name that S3 refuses */
  constructor(scope: Construct, id: string, props: SeaweedFsProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.endpoint = `http://${component}.${this.namespace.name}.svc:${s3Port}`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: podLabels(component) };
    this.server = { end: pods, port: s3Port };
    if (props.buckets.length === 0) {
      throw new PlatformError(this, "there are no buckets", "name at least one bucket");
    }
    for (const bucket of props.buckets) {
      this.addBucket(bucket, props.context, props.credentials?.[bucket]);
    }

    const store = props.context.store(this.namespace);
    const identities = store.externalSecret({
      name: `${name}-s3-identities`,
      data: Object.fromEntries(
        [...this.buckets.values()].flatMap((bucket) => [
          [`${variable(bucket.name)}_access_key`, bucket.accessKeyId],
          [`${variable(bucket.name)}_secret_key`, bucket.secretAccessKey],
        ]),
      ),
      composed: { seaweedfs_s3_config: this.identities() },
      follows: { by: "reloader" },
    });
    const objects = new CustomResources(this, "Objects", {
      namespace: this.namespace,
      releaseName: `${name}-objects`,
      dependsOn: [store.resource],
      objects: [identities.object],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.seaweedfs,
      namespace: this.namespace,
      releaseName: name,
      values: this.values(props, identities.name),
      dependsOn: [objects.release.resource],
    });
    props.context.flows.allow({
      from: { namespace: this.namespace, name: "seaweedfs-bucket-hook", podLabels: podLabels("bucket-hook") },
      to: pods,
      ports: internalPorts,
      reason: "a job makes the buckets",
    });
  }

  /** For the `dependsOn` of who needs its buckets. */
  get resource(): ITerraformDependable {
    return this.release.resource;
  }

  bucket(bucket: string): Bucket {
    const found = this.buckets.get(bucket);
    if (!found) {
      const known = [...this.buckets.keys()].join(", ");
      throw new PlatformError(this, `there is no bucket "${bucket}"`, `use one of ${known}, or add it to buckets`);
    }
    return found;
  }

  private addBucket(bucket: string, context: ServiceContext, given: BucketKeys | undefined): void {
    if (!/^[a-z0-9][-a-z0-9]{1,61}[a-z0-9]$/.test(bucket)) {
      throw new PlatformError(this, `bucket is "${bucket}"`, "use 3 to 63 lower-case letters, digits and dashes");
    }
    if (this.buckets.has(bucket)) {
      throw new PlatformError(this, `bucket "${bucket}" is there twice`, "name it once");
    }
    const keys = given ?? bucketKeys(bucket, context);
    this.buckets.set(bucket, { name: bucket, uri: `s3://${bucket}`, store: this, ...keys });
  }

  /** The gateway's users as a template of External Secrets: one for each bucket, who may use that bucket. */
  private identities(): string {
    return stableJson({
      identities: [...this.buckets.keys()].map((bucket) => ({
        name: bucket,
        credentials: [
          {
            accessKey: `{{ .${variable(bucket)}_access_key }}`,
            secretKey: `{{ .${variable(bucket)}_secret_key }}`,
          },
        ],
        actions: ["Read", "Write", "List", "Tagging"].map((action) => `${action}:${bucket}`),
      })),
    });
  }

  private values(props: SeaweedFsProps, identities: string) {
    const pod = { enabled: true, ...restrictedPod(user) };
    const container = { enabled: true, ...restrictedContainer };
    return {
      global: {
        imageRegistry: DeploySettings.of(this).imageRegistry,
        seaweedfs: { createClusterRole: false, serviceAccountName: name, automountServiceAccountToken: false },
      },
      // The parts that the one process replaces.
      master: { enabled: false },
      volume: { enabled: false },
      // The job that makes the buckets takes the filer's contexts.
      filer: { enabled: false, podSecurityContext: pod, containerSecurityContext: container },
      s3: { enabled: false },
      allInOne: {
        enabled: true,
        updateStrategy: { type: "Recreate" },
        serviceAccountName: name,
        podSecurityContext: pod,
        containerSecurityContext: container,
        podAnnotations: restartOnChange({ name: identities }),
        resources: props.resources,
        // One pod has nobody to keep away from.
        affinity: "",
        data: {
          type: "persistentVolumeClaim",
          size: props.storage,
          storageClass: props.storageClass,
          annotations: keepData(this),
        },
        s3: {
          enabled: true,
          port: s3Port,
          enableAuth: true,
          existingConfigSecret: identities,
          createBuckets: props.buckets.map((bucket) => ({ name: bucket })),
          createBucketsHook: { resources: hookResources },
        },
      },
    };
  }
}

function podLabels(of: string): { readonly [key: string]: string } {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/component": of };
}

/** A key pair that is made for a bucket. */
function bucketKeys(bucket: string, context: ServiceContext): BucketKeys {
  const secret = context.secrets.secret(`object-store/${bucket}`, {
    access_key: generated(20),
    secret_key: generated(40),
  });
  return { accessKeyId: keyOf(secret, "access_key"), secretAccessKey: keyOf(secret, "secret_key") };
}

/** A bucket's name as a name in a template. */
function variable(bucket: string): string {
  return `b_${bucket.replaceAll("-", "_")}`;
}
