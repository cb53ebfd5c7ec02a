import type { INamespace, Resources } from "../../kubernetes";
import type { SecretKey } from "../../secrets";
import type { Bucket, KeyValueStore, MessageBroker, QueryEngine, ServiceEndpoint, SqlDatabase } from "../contracts";
import type { BrokerGrant } from "../contracts/message-broker";
import type { ServiceContext } from "../service-context";

/** More pods while they are busy. */
export interface WebServiceAutoscale {
  /** Pods at most; the least is the number of replicas. */
  readonly max: number;
  /** Part of the requested CPU, in percent, above which there are more. @default - not looked at */
  readonly cpu?: number;
  /** Part of the requested memory, in percent, above which there are more. @default - not looked at */
  readonly memory?: number;
  /** Seconds for which fewer pods must be enough before one goes. */
  readonly calmSeconds: number;
}

/** How a web service is asked whether it is well, by paths that answer 2xx or 3xx at its port. */
export interface WebServiceHealth {
  /** Ready for requests; also asked by load balancers, so it needs no login. */
  readonly ready: string;
  /** Alive: a pod that does not answer begins anew. */
  readonly alive: string;
  /** Whether it has started. */
  readonly started: string;
  /** Seconds that it may take to start. */
  readonly startSeconds: number;
}

/** A right in its own namespace. */
export interface WebServiceRight {
  /** `""` for Kubernetes' core. */
  readonly apiGroup: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** @default - all objects of the kinds */
  readonly names?: readonly string[];
}

/** An address outside the platform that a web service calls. */
export interface OutsideAddress {
  /** Name in the table of flows. */
  readonly name: string;
  /** Ranges in CIDR notation. */
  readonly cidrs: readonly string[];
  readonly ports: readonly number[];
}

/** What a web service is wired to, each by the beginning of the environment variables that tell about it. */
export interface WebServiceUses {
  readonly databases: { readonly [prefix: string]: SqlDatabase };
  readonly buckets: { readonly [prefix: string]: Bucket };
  readonly queryEngines: { readonly [prefix: string]: QueryEngine };
  /** Other web services. */
  readonly webServices: { readonly [prefix: string]: WebServiceAddress };
  readonly keyValueStore?: { readonly prefix: string; readonly store: KeyValueStore };
  readonly messageBroker?: {
    readonly prefix: string;
    readonly broker: MessageBroker;
    readonly grants: readonly BrokerGrant[];
  };
}

/** Where a web service is reached from inside the cluster. */
export interface WebServiceAddress {
  /** `http://<name>.<namespace>.svc`. */
  readonly url: string;
  readonly server: ServiceEndpoint;
}

/** The page of a web service, for the ingress. */
export interface WebServicePage {
  /** @default - the name of the web service and the domain of the ingress */
  readonly host?: string;
  /** @default - all paths of the host */
  readonly path?: string;
  /** `none`: a login is put in front. */
  readonly login: "own" | "none";
}

/** A program that shows that a web service does what it should, run once after each change of either. */
export interface WebServiceAcceptance {
  /** Address with a tag or a digest. */
  readonly image: string;
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** @default - the image's own */
  readonly args?: readonly string[];
  readonly resources: Resources;
}

/** Settings of a {@link WebService}. */
export interface WebServiceProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Name of the Deployment, the Service and the account; a DNS label of at most 40 characters. */
  readonly name: string;
  /** Address with a tag or a digest. */
  readonly image: string;
  /** User and group of the pods, not 0; the image must run as any. */
  readonly user: number;
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** @default - the image's own */
  readonly args?: readonly string[];
  /** Pods; the least of them with `autoscale`. */
  readonly replicas: number;
  /** @default - always `replicas` */
  readonly autoscale?: WebServiceAutoscale;
  readonly resources: Resources;
  /** Port of the container, HTTP. */
  readonly port: number;
  readonly health: WebServiceHealth;
  /** Environment. */
  readonly env: { readonly [variable: string]: string };
  /** Files by name, in {@link webServiceFolders.config}. */
  readonly config: { readonly [file: string]: string };
  /** Environment that is secret. */
  readonly secrets: { readonly [variable: string]: SecretKey };
  /** Files that are secret by name, in {@link webServiceFolders.secrets}. */
  readonly secretFiles: { readonly [file: string]: SecretKey };
  /** Folders that the program writes to; empty at each start. */
  readonly writable: readonly string[];
  /** Seconds that a pod has for its end. */
  readonly graceSeconds: number;
  /** Seconds of these in which it still takes requests, until everybody knows that it goes. */
  readonly drainSeconds: number;
  /** What the program may do with the Kubernetes API, in its namespace. An empty list gives it no token. */
  readonly rights: readonly WebServiceRight[];
  /** Google service account that its own acts as by Workload Identity, `<name>@<project>.iam.gserviceaccount.com`. @default - none */
  readonly googleServiceAccount?: string;
  readonly uses: WebServiceUses;
  /** Whether it calls HTTPS addresses on the internet. */
  readonly internet: boolean;
  readonly outside: readonly OutsideAddress[];
  /** @default - it has no page: it is called from inside the cluster only */
  readonly page?: WebServicePage;
  /** @default - none */
  readonly acceptance?: WebServiceAcceptance;
  /** Where it tells its metrics. @default - it tells none */
  readonly metrics?: { readonly port: number; readonly path: string };
}

/** Folders of a web service's pods. */
export const webServiceFolders = {
  config: "/config",
  secrets: "/secrets",
  /** `ca.crt` is the authority that signed the certificates of databases and brokers. */
  authority: "/authority",
} as const;
