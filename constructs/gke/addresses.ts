import type { IConstruct } from "constructs";
import { gcpName } from "./names";

/** Where the resources of one environment live. */
export interface GkePlace {
  /** Name of the environment; the first part of all names. */
  readonly environment: string;
  readonly project: string;
  readonly region: string;
}

/** Keys that every environment has; their names never change, as a key cannot be removed from its ring. */
export const platformKeys = [
  "vault-unseal",
  "state",
  "etcd",
  "disks",
  "snapshots",
  "storage",
  "databases",
  "analytics",
  "backup",
  "registry",
  "logs",
] as const;

export type PlatformKey = (typeof platformKeys)[number];

/** Names and addresses of what the bootstrap layer makes, known before anything exists. */
export interface BootstrapAddresses {
  /** Key ring, by its short name. */
  readonly keyRing: string;
  /** Full name of each key: `projects/<p>/locations/<r>/keyRings/<ring>/cryptoKeys/<key>`. */
  readonly keys: Readonly<Record<PlatformKey, string>>;
  /** Short name of the identity that applies the stacks. */
  readonly applyAccount: string;
  /** Email of the identity that applies the stacks. */
  readonly applyIdentity: string;
  /** Short name of the identity that plans in pull requests. */
  readonly planAccount: string;
  /** Email of the identity that plans in pull requests. */
  readonly planIdentity: string;
  /** Short name of the identity that publishes images. */
  readonly imagesAccount: string;
  /** Email of the identity that publishes images. */
  readonly imagesIdentity: string;
  /** Short name of the account of the Vault servers. */
  readonly vaultAccount: string;
  /** Short name of the account of the nodes. */
  readonly nodesAccount: string;
  /** Short name of the pool by which CI comes in. */
  readonly workloadPool: string;
}

/**
 * Computes what the other layers need of the bootstrap layer, so that none of them reads its state.
 *
 * @throws PlatformError when the environment's or the project's name makes a name too long
 */
export function bootstrapAddresses(scope: IConstruct, place: GkePlace): BootstrapAddresses {
  const { environment, project, region } = place;
  const keyRing = gcpName(scope, "key-ring", environment, "platform");
  const key = (name: PlatformKey) => cryptoKeyId({ project, location: region, keyRing, key: name });
  // An identity per environment (rule TF-06).
  const applyAccount = gcpName(scope, "service-account", environment, "apply");
  const planAccount = gcpName(scope, "service-account", environment, "plan");
  const imagesAccount = gcpName(scope, "service-account", environment, "images");
  return {
    keyRing,
    keys: Object.fromEntries(platformKeys.map((name) => [name, key(name)])) as Record<PlatformKey, string>,
    applyAccount,
    applyIdentity: serviceAccountEmail(project, applyAccount),
    planAccount,
    planIdentity: serviceAccountEmail(project, planAccount),
    imagesAccount,
    imagesIdentity: serviceAccountEmail(project, imagesAccount),
    vaultAccount: gcpName(scope, "service-account", environment, "vault"),
    nodesAccount: gcpName(scope, "service-account", environment, "nodes"),
    // The other way round than elsewhere: Google refuses names that begin with `gcp-`, which an environment's may.
    workloadPool: gcpName(scope, "workload-pool", "github", environment),
  };
}

/** Full name of a key in Cloud KMS. */
export function cryptoKeyId(of: {
  readonly project: string;
  readonly location: string;
  readonly keyRing: string;
  readonly key: string;
}): string {
  return `projects/${of.project}/locations/${of.location}/keyRings/${of.keyRing}/cryptoKeys/${of.key}`;
}

/** Email of a service account of a project. */
export function serviceAccountEmail(project: string, account: string): string {
  // A project of a domain, `example.com:id`, has its parts in the other order in emails.
  const [domain, id] = project.includes(":") ? project.split(":") : [undefined, project];
  return `${account}@${domain ? `${id}.${domain}` : id}.iam.gserviceaccount.com`;
}
