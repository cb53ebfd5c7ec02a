import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type * as z from "zod";
import type { INamespace, NetworkFlows } from "../constructs/kubernetes";
import type { SecretKey } from "../constructs/secrets";
import type {
  Bucket,
  BucketAccount,
  Catalog,
  KeyValueStore,
  MessageBroker,
  MetricsTarget,
  ObjectStore,
  QueryEngine,
  S3Bucket,
  SchemaRegistry,
  ServiceContext,
  ServiceEndpoint,
  SparkCluster,
  SqlDatabase,
  SqlServer,
  WebUi,
} from "../constructs/services";
import type { Problem } from "../environments/schema/errors";
import type { GatewayDefaults } from "../environments/schema/google/edge";
import type { Tier } from "../environments/schema/google/tiers";
import type { PoolRole } from "../environments/schema/node-pool";
import type { Bytes } from "../environments/schema/quantity";
import type { Resources } from "../environments/schema/resources";
import type { Size } from "../environments/schema/sizes";

/** What every service has, whatever it is. */
export interface ServiceSettings {
  /** Namespace of the service. */
  readonly namespace: string;
  /** Services under names that clients already use; made beside the service's own. */
  readonly aliases: readonly ServiceAlias[];
}

/** A Kubernetes Service under another name and other ports, in the service's namespace. */
export interface ServiceAlias {
  /** Name of the alias. */
  readonly name: string;
  /** Port of the alias: name of the service's port, as its offers name it. */
  readonly ports: { readonly [port: string]: string };
}

/** What defaults depend on. */
export interface Defaults {
  /** Of the environment: a laptop and dev are small, staging and prod large. */
  readonly size: Size;
  /** Class of volumes whose service names none. @default - the cluster's default class */
  readonly storageClass?: string;
  /** How the cluster lets requests in from outside. @default "traefik" */
  readonly edge?: "traefik" | "gateway" | "openshift";
  /** What the network layer made for the cluster's Gateway. @default - nothing */
  readonly gateway?: GatewayDefaults;
  /** Where managed services of Google are made. @default - the cluster is not on Google Cloud */
  readonly google?: GooglePlace;
}

/** A place on Google Cloud, from which names are computed. */
export interface GooglePlace {
  readonly project: string;
  readonly region: string;
  /** Name of the environment. */
  readonly environment: string;
  readonly tier: Tier;
  /** Range of the private addresses of managed servers, in CIDR notation. */
  readonly privateServices: string;
  /** Addresses at which Google's APIs are reached. @default "private" */
  readonly googleApis?: "private" | "restricted";
}

/** A Google service account that pods act as. */
export interface GoogleIdentity {
  /** What it is for, as the last part of its name: a few letters, as 30 are all there are. */
  readonly name: string;
  /** The Kubernetes service accounts of those pods. */
  readonly kubernetes: readonly BucketAccount[];
  /** What it may open, by the names that services ask for buckets by. */
  readonly buckets: readonly { readonly bucket: string; readonly access: "read" | "write" }[];
}

/** What identities of a service depend on. */
export interface AroundIdentities {
  /** Buckets of the tables of all services. */
  readonly tables: readonly string[];
  /** Buckets that all services ask for. */
  readonly buckets: readonly string[];
}

/** One kind of pod, for the capacity. */
export interface Workload {
  /** Kebab case, such as `trino-worker`. */
  readonly component: string;
  readonly pods: number;
  /** Of one pod. */
  readonly resources: Resources;
  /** Volume of one pod. @default - none */
  readonly storage?: Bytes;
  /** Kinds of node pools that it runs on, the best first: those that its construct asks `placementOf` for. @default - general */
  readonly pools?: readonly PoolRole[];
}

/** An operator that runs before the services whose objects it follows, in the base layer. */
export interface OperatorDefinition {
  /** Id of its construct and what it is known by: services that name the same one share it. */
  readonly id: string;
  /** Its own namespace. */
  readonly namespace: string;
  /** @param replicas pods of each controller that stays up when a node is lost: 1 or 2 */
  readonly workloads: (replicas: number) => readonly Workload[];
  readonly build: (scope: Construct, id: string, props: OperatorProps) => void;
}

/** What an operator gets from the base layer. */
export interface OperatorProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  readonly replicas: number;
  /** Namespaces of the services that share the operator. */
  readonly watched: readonly INamespace[];
  /** A namespace that the base layer makes. */
  readonly namespaceOf: (name: string) => INamespace;
  /** The release of cert-manager, for operators whose charts have Certificates. */
  readonly certManager: ITerraformDependable;
  /** Annotations by which the pods of a Kubernetes service account act as their Google identity; empty without one. */
  readonly annotationsOf: (account: BucketAccount) => Readonly<Record<string, string>>;
}

/** What a built service offers to those that are built after it, to the inventory and to people. */
export interface ServiceOffers {
  /** Where it is reached from inside the cluster, without credentials; printed by `terralake list`. */
  readonly address?: string;
  /** Ports of its pods by name, for aliases and for people. */
  readonly ports?: { readonly [name: string]: ServiceEndpoint };
  readonly sqlServer?: SqlServer;
  /** Databases of the environment's own. */
  readonly databases?: readonly SqlDatabase[];
  readonly objectStore?: ObjectStore;
  readonly catalogs?: readonly Catalog[];
  readonly keyValueStore?: KeyValueStore;
  readonly messageBroker?: MessageBroker;
  readonly schemaRegistry?: SchemaRegistry;
  readonly queryEngines?: readonly QueryEngine[];
  readonly sparkCluster?: SparkCluster;
  /** Namespaces in which Spark jobs run. */
  readonly jobNamespaces?: readonly INamespace[];
  readonly webUis?: readonly WebUi[];
  /** Where pages can be reached from outside, by their name. */
  readonly urls?: { readonly [page: string]: string };
  readonly metrics?: readonly MetricsTarget[];
}

/** Where a service is built, and what the services before it offer. */
export interface ServiceSite {
  /** Parent of the service's construct. */
  readonly scope: Construct;
  readonly context: ServiceContext;
  /** A namespace of the environment. */
  readonly namespace: (name: string) => INamespace;
  /** What must exist before services that name it: declared secrets and shared readers. */
  readonly declared: readonly ITerraformDependable[];
  /** Key of a declared secret, `mount/path#key`. @throws PlatformError when it is not declared */
  readonly declaredKey: (reference: string) => SecretKey;
  /** @throws PlatformError when the server is off */
  readonly sqlServer: (service: "postgres" | "mariadb") => SqlServer;
  /** One of the environment's own databases; undefined when there is none of the name. */
  readonly database: (name: string) => SqlDatabase | undefined;
  /** A bucket that the service asked for in `buckets`. @throws PlatformError without an object store */
  readonly bucket: (name: string) => Bucket;
  /** The same, for a service that opens buckets by key pairs. @throws PlatformError for a store that has none */
  readonly keyedBucket: (name: string) => S3Bucket;
  /** Buckets that all services ask for, in the order of their names; for who makes them. */
  readonly buckets: readonly string[];
  /** Google identities of all services, for who says which pods have which. */
  readonly identities: readonly GoogleIdentity[];
  /** What was offered so far, in the order in which services were built. */
  readonly offers: readonly (ServiceOffers & { readonly service: string })[];
  readonly catalogs: readonly Catalog[];
  readonly queryEngines: readonly QueryEngine[];
  /** Namespaces in which Spark jobs run. */
  readonly jobNamespaces: readonly INamespace[];
  readonly keyValueStore?: KeyValueStore;
  readonly messageBroker?: MessageBroker;
  readonly schemaRegistry?: SchemaRegistry;
  /** Where clients without Java send Spark code; a stand-alone cluster beside it is none. */
  readonly sparkConnect?: SparkCluster;
  /**
   * Something that an earlier service offers and that this one cannot do without.
   *
   * @throws PlatformError when it is not there: `<service> needs <what>, which is off`
   */
  readonly need: <Needed>(needed: Needed | undefined, service: string, what: string) => Needed;
}

/** Everything that one service of the catalogue is: one file. */
export interface ServiceDefinition<Input extends z.ZodType, Settings extends ServiceSettings> {
  /** What an environment may say of it; every key is optional. */
  readonly input: Input;
  /** Fills in what was left out. */
  readonly resolve: (given: z.output<Input>, defaults: Defaults) => Settings;
  /** What it cannot do without: of each entry, one service at least is on. @default - nothing */
  readonly needs?: (settings: Settings) => readonly (readonly string[])[];
  /** Services that it is wired to where they are on, and so is built after. @default - none */
  readonly uses?: readonly string[];
  /**
   * Its kinds of pods.
   *
   * @param all settings of all services that are on, by name; for pods that stand before those of others
   * @default - nothing else is on
   */
  readonly workloads: (
    settings: Settings,
    all?: { readonly [service: string]: ServiceSettings | undefined },
  ) => readonly Workload[];
  /** Namespaces beside its own. @default - none */
  readonly namespaces?: (settings: Settings) => readonly string[];
  /** Buckets that it wants of the object store. @default - none */
  readonly buckets?: (settings: Settings) => readonly string[];
  /** Buckets of the tables that it keeps for engines. @default - none */
  readonly tables?: (settings: Settings) => readonly string[];
  /**
   * Google service accounts that its pods act as, where the object store is Cloud Storage without keys.
   *
   * @default - none: it opens buckets by key pairs, so that such a store is refused
   */
  readonly googleIdentities?: (settings: Settings, around: AroundIdentities) => readonly GoogleIdentity[];
  /** Operators that follow its objects. @default - none */
  readonly operators?: (settings: Settings) => readonly OperatorDefinition[];
  /**
   * What no single field shows, with paths that begin at the service, such as `replicas`.
   *
   * @param all settings of all services that are on, by name
   * @default - nothing
   */
  readonly check?: (settings: Settings, all: { readonly [service: string]: ServiceSettings }) => readonly Problem[];
  /** Builds it, wired to what the services before it offer. */
  readonly build: (site: ServiceSite, settings: Settings) => ServiceOffers;
}

/** Gives a definition the types of its own input and settings. */
export function defineService<Input extends z.ZodType, Settings extends ServiceSettings>(
  definition: ServiceDefinition<Input, Settings>,
): ServiceDefinition<Input, Settings> {
  return definition;
}
