import { GoogleObjectStore } from "../../../constructs/services";
import { namespace, type ServiceStacks } from "./service-stacks";

/** Email of the identity of the example's pods. */
export const exampleIdentity = "gke-dev-example@example-dev.iam.gserviceaccount.com";

/** Cloud Storage whose buckets the pods of some service accounts open as themselves. */
export function exampleGcs(
  { services }: ServiceStacks,
  buckets: readonly string[],
  accounts: readonly string[],
): GoogleObjectStore {
  return new GoogleObjectStore(services, "ObjectStore", {
    project: "example-dev",
    buckets: Object.fromEntries(buckets.map((bucket) => [bucket, `example-dev-gke-dev-${bucket}`])),
    identities: [
      {
        email: exampleIdentity,
        kubernetes: accounts.map((serviceAccount) => ({ namespace: namespace.name, serviceAccount })),
        buckets,
      },
    ],
  });
}
