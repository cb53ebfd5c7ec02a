import { generated, keyOf } from "../../../constructs/secrets";
import type { S3Bucket } from "../../../constructs/services";
import { namespace, type ServiceStacks } from "./service-stacks";

/** A bucket of a store that speaks S3, with keys of its own. */
export function exampleBucket(
  { context }: ServiceStacks,
  name: string,
  endpoint = "http://s3.data-platform.svc:8333",
): S3Bucket {
  const keys = context.secrets.secret(`buckets/${name}`, { id: generated(20), secret: generated(40) });
  const store: S3Bucket["store"] = {
    kind: "s3",
    endpoint,
    region: "us-east-1",
    pathStyle: true,
    server: { end: { namespace, name: "s3", podLabels: { app: "s3" } }, port: 8333 },
    bucket: () => bucket,
  };
  const bucket: S3Bucket = {
    kind: "s3",
    name,
    uri: `s3://${name}`,
    store,
    accessKeyId: keyOf(keys, "id"),
    secretAccessKey: keyOf(keys, "secret"),
  };
  return bucket;
}
