import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { charts } from "../../../charts";
import {
  ChartRelease,
  CustomResources,
  type INamespace,
  type Resources,
  restrictedContainer,
  restrictedPod,
} from "../../kubernetes";
import { DeploySettings, PlatformError, stableJson } from "../../terraform";
import type { MetricsTarget, PodsEnd, S3Bucket, S3Store, ServiceEndpoint } from "../contracts";
import { mebibytes } from "../memory";
import { restartOnChange } from "../restart";
import { keepData } from "../retention";
import type { ServiceContext } from "../service-context";
import type { BucketRules } from "./bucket-rules";
import { setBucketRules } from "./bucket-rules-job";
import { type BucketKeys, BucketSet, generatedKeys } from "./bucket-set";
import { type SeaweedFsConsole, seaweedFsConsole } from "./seaweedfs-console";
import { runSeaweedFsLifecycle } from "./seaweedfs-lifecycle";
import { seaweedFsMetrics } from "./seaweedfs-metrics";

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
   * Versions and lifecycle rules, by bucket.
   *
   * @default - buckets stay as they are
   */
  readonly rules?: { readonly [bucket: string]: BucketRules };
  /**
   * Class of the volume.
   *
   * @default - the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Domain of which each bucket is a host name too, such as `s3.example.com`.
   *
   * @default - buckets are paths only
   */
  readonly domain?: string;
  /** User and group that the pods run as. @default 1000, to which the image itself drops */
  readonly runAs?: { readonly user: number; readonly group?: number };
  /** Image in the place of the chart's own. @default - the chart's own */
  readonly image?: string;
  /** Whether the pages for administrators are there. @default false */
  readonly console?: boolean;
}

const name = "seaweedfs";

/** Component label and Service of the one-process mode. */
const component = "seaweedfs-all-in-one";

/** Port of the S3 gateway, chart value `s3.port`, and the port on which it is told to end objects. */
const s3Port = 8333;
const s3GrpcPort = s3Port + 10000;

/** Master, filer and volume server with their gRPC twins: what the jobs for buckets talk to. */
const internalPorts = [9333, 19333, 8888, 18888, 8080, 18080];

/** User that the image drops to. */
const imageUser = 1000;

/** Resources of the job that makes the buckets. */
const hookResources = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } };

/** Files that SeaweedFS keeps objects in, for a volume of any size: with fewer, buckets would take each other's place. */
const filesOfVolume = 40;

/**
 * An object store in the cluster: SeaweedFS as one process (master, volume server, filer and S3 gateway) on one volume.
 *
 * That is what a laptop and a development cluster need. It does not survive the loss of its node.
 *
 * @see https://github.com/seaweedfs/seaweedfs/tree/master/k8s/charts/seaweedfs
 */
export class SeaweedFs extends Construct implements S3Store {
  readonly kind = "s3";
  readonly namespace: INamespace;
  readonly endpoint: string;
  /** SeaweedFS takes any region; clients want one to sign with. */
  readonly region = "us-east-1";
  readonly pathStyle = true;
  readonly server: ServiceEndpoint;
  /** The pages for administrators, where they are on. */
  readonly console?: SeaweedFsConsole;
  readonly metrics: MetricsTarget;
  readonly release: ChartRelease;
  private readonly buckets: BucketSet;

  /** @throws PlatformError for no bucket, a bucket named twice, a name that S3 refuses and rules for a bucket that is not there */
  constructor(scope: Construct, id: string, props: SeaweedFsProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.endpoint = `http://${component}.${this.namespace.name}.svc:${s3Port}`;
    const pods: PodsEnd = { namespace: this.namespace, name, podLabels: podLabels(component) };
    this.server = { end: pods, port: s3Port };
    this.metrics = seaweedFsMetrics(pods);
    this.console = props.console ? seaweedFsConsole(props.context, this.namespace, pods) : undefined;
    this.buckets = this.bucketSet(props);

    const store = props.context.store(this.namespace);
    const identities = store.externalSecret({
      name: `${name}-s3-identities`,
      data: Object.fromEntries(
        this.buckets.all.flatMap((bucket) => [
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
      objects: [identities.object, ...(this.console ? [this.console.login.object, this.console.service] : [])],
    });
    this.release = new ChartRelease(this, "Release", {
      chart: charts.seaweedfs,
      namespace: this.namespace,
      releaseName: name,
      values: this.values(props, [identities, ...(this.console ? [this.console.login] : [])]),
      dependsOn: [objects.release.resource],
    });
    props.context.flows.allow({
      from: { namespace: this.namespace, name: "seaweedfs-bucket-hook", podLabels: podLabels("bucket-hook") },
      to: pods,
      ports: internalPorts,
      reason: "a job makes the buckets",
    });
    this.applyRules(props, pods);
  }

  /** For the `dependsOn` of who needs its buckets. */
  get resource(): ITerraformDependable {
    return this.release.resource;
  }

  bucket(bucket: string): S3Bucket {
    return this.buckets.get(bucket);
  }

  private bucketSet(props: SeaweedFsProps): BucketSet {
    if (props.buckets.length === 0) {
      throw new PlatformError(this, "there are no buckets", "name at least one bucket");
    }
    const set = new BucketSet(this);
    for (const bucket of props.buckets) {
      set.add(bucket, bucket, () => props.credentials?.[bucket] ?? generatedKeys(bucket, props.context));
    }
    return set;
  }

  /** A job that sets versions and rules, and a daily one that ends what the rules end. */
  private applyRules({ context, rules = {}, runAs, image }: SeaweedFsProps, pods: PodsEnd): void {
    const buckets = Object.entries(rules).map(([bucket, of]) => ({ bucket: this.bucket(bucket), rules: of }));
    if (buckets.length === 0) {
      return;
    }
    setBucketRules(this, "BucketRules", { context, namespace: this.namespace, buckets });
    runSeaweedFsLifecycle(this, "Lifecycle", {
      context,
      namespace: this.namespace,
      account: name,
      pods,
      user: runAs?.user ?? imageUser,
      image: image === undefined ? undefined : DeploySettings.of(this).image(image),
      internalPorts,
      s3GrpcPort,
      dependsOn: this.release.resource,
    });
  }

  /** The gateway's users as a template of External Secrets: one for each bucket, who may use that bucket. */
  private identities(): string {
    return stableJson({
      identities: this.buckets.all.map(({ name: bucket }) => ({
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

  private values(props: SeaweedFsProps, secrets: readonly { readonly name: string }[]) {
    const user = props.runAs?.user ?? imageUser;
    const group = props.runAs?.group ?? user;
    const pod = { enabled: true, ...restrictedPod(user), runAsGroup: group, fsGroup: group };
    const container = { enabled: true, ...restrictedContainer };
    const image = props.image === undefined ? undefined : DeploySettings.of(this).image(props.image);
    return {
      global: {
        imageRegistry: DeploySettings.of(this).imageRegistry,
        seaweedfs: { createClusterRole: false, serviceAccountName: name, automountServiceAccountToken: false },
      },
      // The parts that the one process replaces; its own settings are those of the master.
      master: {
        enabled: false,
        imageOverride: image,
        volumeSizeLimitMB: this.fileSize(props.storage),
        // The default makes seven files for the first object of each bucket, and fills a small volume with them.
        config: "[master.volume_growth]\ncopy_1 = 1\n",
      },
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
        podAnnotations: restartOnChange(...secrets),
        resources: props.resources,
        // One pod has nobody to keep away from.
        affinity: "",
        // One entry of the list of containers, as the chart puts the text there.
        sidecars: this.console
          ? `- ${stableJson(this.console.container(DeploySettings.of(this), props.image))}`
          : undefined,
        data: {
          type: "persistentVolumeClaim",
          size: props.storage,
          storageClass: props.storageClass,
          annotations: keepData(this),
        },
        s3: {
          enabled: true,
          port: s3Port,
          domainName: props.domain,
          enableAuth: true,
          existingConfigSecret: `${name}-s3-identities`,
          createBuckets: props.buckets.map((bucket) => ({ name: bucket })),
          createBucketsHook: { resources: hookResources },
        },
      },
    };
  }

  /** Mebibytes of one of the files that objects are kept in. */
  private fileSize(storage: string): number {
    return Math.min(30_000, Math.max(64, Math.floor(mebibytes(this, storage) / filesOfVolume)));
  }
}

function podLabels(of: string): { readonly [key: string]: string } {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/component": of };
}

/** A bucket's name as a name in a template. */
function variable(bucket: string): string {
  return `b_${bucket.replaceAll("-", "_")}`;
}
