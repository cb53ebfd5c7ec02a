import { createHash } from "node:crypto";
import type { Construct } from "constructs";
import { images } from "../../../charts";
import { CustomResources, type INamespace, job, type KubernetesObject, serviceLabels } from "../../kubernetes";
import { DeploySettings, stableJson } from "../../terraform";
import type { PodsEnd, S3Bucket } from "../contracts";
import { present } from "../present";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import { type BucketRules, lifecycleXml, versioningXml } from "./bucket-rules";

/** Settings of {@link setBucketRules}. */
export interface SetBucketRulesProps {
  readonly context: ServiceContext;
  /** Namespace of the job. */
  readonly namespace: INamespace;
  /** The buckets, each with what is to be set. */
  readonly buckets: readonly { readonly bucket: S3Bucket; readonly rules: BucketRules }[];
}

const name = "bucket-rules";

/** User of the image. */
const user = 100;

/** Where the key pairs and the documents are mounted. */
const folders = { keys: "/etc/bucket-keys", documents: "/etc/bucket-rules" } as const;

/**
 * Sets versions and lifecycle rules of buckets by the S3 protocol, in a job that runs whenever they change. Each bucket is
 * called with its own key pair, which curl reads from a file, so that it is in no argument and no environment.
 *
 * @param scope parent of the release
 */
export function setBucketRules(scope: Construct, id: string, props: SetBucketRulesProps): CustomResources {
  const { context, namespace } = props;
  const store = context.store(namespace);
  const keys = store.externalSecret({
    name: `${name}-keys`,
    data: Object.fromEntries(
      props.buckets.flatMap(({ bucket }) => [
        [`${variable(bucket)}_access_key`, bucket.accessKeyId],
        [`${variable(bucket)}_secret_key`, bucket.secretAccessKey],
      ]),
    ),
    composed: Object.fromEntries(props.buckets.map(({ bucket }) => [`${bucket.name}.curl`, curlConfig(bucket)])),
    follows: { by: "nobody", reason: "a job reads it once, when rules of buckets change" },
  });
  const documents = Object.fromEntries(props.buckets.flatMap(({ bucket, rules }) => documentsOf(bucket, rules)));
  const script = props.buckets.flatMap(({ bucket, rules }) => commands(bucket, rules));
  context.connect(
    { namespace, name, podLabels: serviceLabels(name) } satisfies PodsEnd,
    props.buckets.map(({ bucket }) => bucket.store.server),
    "sets versions and lifecycle rules",
  );
  const objects: readonly KubernetesObject[] = [
    tokenlessAccount(name, namespace),
    keys.object,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: namespace.name }, data: documents },
    job({
      name,
      namespace,
      labels: serviceLabels(name),
      image: DeploySettings.of(scope).image(images.curl),
      user,
      account: name,
      resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
      command: ["/bin/sh", "-ec", [put, ...script].join("\n")],
      volumes: [
        { name: "keys", secret: { secretName: keys.name } },
        { name: "documents", configMap: { name } },
      ],
      mounts: [
        { name: "keys", mountPath: folders.keys, readOnly: true },
        { name: "documents", mountPath: folders.documents, readOnly: true },
      ],
      runsAgainFor: [stableJson(documents)],
    }),
  ];
  return new CustomResources(scope, id, {
    namespace,
    releaseName: name,
    dependsOn: present(store.resource, ...props.buckets.map(({ bucket }) => bucket.store.resource)),
    objects,
  });
}

/** Calls S3 and goes on until it has answered: the store may still start. */
const put = `call() {
  bucket=$1; address=$2; shift 2
  curl --config "${folders.keys}/$bucket.curl" --silent --show-error --fail-with-body \\
    --retry 30 --retry-delay 5 --retry-all-errors --max-time 60 "$@" "$address"
}`;

/** The key pair as curl's own configuration; it signs with it. */
function curlConfig(bucket: S3Bucket): string {
  const pair = `{{ .${variable(bucket)}_access_key }}:{{ .${variable(bucket)}_secret_key }}`;
  return `user = "${pair}"\naws-sigv4 = "aws:amz:${bucket.store.region}:s3"\n`;
}

function documentsOf(bucket: S3Bucket, { versioning, lifecycle }: BucketRules): readonly (readonly [string, string])[] {
  return [
    ...(versioning === undefined ? [] : [[`${bucket.name}.versioning.xml`, versioningXml(versioning)] as const]),
    ...(lifecycle.length === 0 ? [] : [[`${bucket.name}.lifecycle.xml`, lifecycleXml(lifecycle)] as const]),
  ];
}

function commands(bucket: S3Bucket, rules: BucketRules): readonly string[] {
  const address = addressOf(bucket);
  const puts = documentsOf(bucket, rules).map(([file, content]) => {
    const [, what = ""] = /\.(\w+)\.xml$/.exec(file) ?? [];
    const headers = [...digests(content), "Content-Type: application/xml"].map((header) => `--header '${header}'`);
    const body = `--data-binary '@${folders.documents}/${file}'`;
    return ["call", bucket.name, `'${address}?${what}='`, "--request PUT", ...headers, body].join(" ");
  });
  const [noContent] = digests("");
  const remove = ["call", bucket.name, `'${address}?lifecycle='`, "--request DELETE", `--header '${noContent}'`].join(
    " ",
  );
  return rules.lifecycle.length === 0 ? [...puts, remove] : puts;
}

/** What S3 compares a document with: the first is signed, and the second is asked for with lifecycle rules. */
function digests(content: string): readonly [string, string] {
  return [
    `x-amz-content-sha256: ${createHash("sha256").update(content).digest("hex")}`,
    `Content-MD5: ${createHash("md5").update(content).digest("base64")}`,
  ];
}

/** A bucket is a path or a host name. */
function addressOf({ name: bucket, store }: S3Bucket): string {
  return store.pathStyle ? `${store.endpoint}/${bucket}` : store.endpoint.replace("://", `://${bucket}.`);
}

/** A bucket's name as a name in a template. */
function variable({ name: bucket }: S3Bucket): string {
  return `b_${bucket.replaceAll("-", "_")}`;
}
