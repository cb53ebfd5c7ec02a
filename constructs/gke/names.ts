import type { IConstruct } from "constructs";
import { PlatformError } from "../terraform/platform-error";

/** Google Cloud products whose names this project makes. */
export type GcpProduct =
  | "access-level"
  | "log-bucket"
  | "log-metric"
  | "backup-plan"
  | "bigquery-connection"
  | "bucket"
  | "cluster"
  | "composer"
  | "connector"
  | "crypto-key"
  | "dataset"
  | "feature-group"
  | "firewall"
  | "key-ring"
  | "metastore"
  | "network"
  | "node-pool"
  | "service-account"
  | "topic"
  | "workload-pool";

interface NameRule {
  readonly min: number;
  readonly max: number;
  readonly separator: "-" | "_";
  readonly pattern: RegExp;
}

const rfc1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Length limits are those of each product's API; `network` also stands for subnetworks, routers and addresses. */
const rules: Readonly<Record<GcpProduct, NameRule>> = {
  // Of a perimeter as well.
  "access-level": { min: 1, max: 50, separator: "_", pattern: /^[a-z][_a-z0-9]*$/ },
  "log-bucket": { min: 1, max: 100, separator: "-", pattern: rfc1035 },
  "log-metric": { min: 1, max: 100, separator: "-", pattern: rfc1035 },
  "backup-plan": { min: 1, max: 63, separator: "-", pattern: rfc1035 },
  "bigquery-connection": { min: 1, max: 256, separator: "-", pattern: rfc1035 },
  bucket: { min: 3, max: 63, separator: "-", pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/ },
  cluster: { min: 1, max: 40, separator: "-", pattern: rfc1035 },
  composer: { min: 1, max: 63, separator: "-", pattern: rfc1035 },
  connector: { min: 2, max: 25, separator: "-", pattern: rfc1035 },
  "crypto-key": { min: 1, max: 63, separator: "-", pattern: rfc1035 },
  dataset: { min: 1, max: 1024, separator: "_", pattern: /^[a-z][_a-z0-9]*$/ },
  "feature-group": { min: 1, max: 128, separator: "_", pattern: /^[a-z_][_a-z0-9]*$/ },
  firewall: { min: 1, max: 63, separator: "-", pattern: rfc1035 },
  "key-ring": { min: 1, max: 63, separator: "-", pattern: rfc1035 },
  metastore: { min: 3, max: 63, separator: "-", pattern: rfc1035 },
  network: { min: 1, max: 63, separator: "-", pattern: rfc1035 },
  "node-pool": { min: 1, max: 40, separator: "-", pattern: rfc1035 },
  "service-account": { min: 6, max: 30, separator: "-", pattern: rfc1035 },
  // The API refuses names that begin with `gcp-`, which it keeps to itself.
  "workload-pool": { min: 4, max: 32, separator: "-", pattern: /^(?!gcp-)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/ },
  topic: { min: 3, max: 255, separator: "-", pattern: /^[a-z][-._~%+a-z0-9]*$/ },
};

/**
 * Name of a Google Cloud resource: the parts joined, never cut and without a random suffix.
 *
 * A bucket's first part is the project, since bucket names are shared by the whole world.
 *
 * @throws PlatformError when the name is too long or short, or has a character that the product does not allow
 */
export function gcpName(scope: IConstruct, product: GcpProduct, ...parts: readonly string[]): string {
  const { min, max, separator, pattern } = rules[product];
  const joined = parts.join(separator);
  const name = separator === "_" ? joined.replaceAll("-", "_") : joined;
  if (name.length < min || name.length > max) {
    throw new PlatformError(
      scope,
      `the ${product} name "${name}" has ${name.length} characters, ${min} to ${max} are allowed`,
      `choose another length for one of its parts: ${parts.map((part) => `"${part}"`).join(", ")}`,
    );
  }
  if (!pattern.test(name)) {
    throw new PlatformError(
      scope,
      `the ${product} name "${name}" does not match ${pattern.source}`,
      "use lower-case letters, digits and hyphens, a letter first and no hyphen last",
    );
  }
  return name;
}
