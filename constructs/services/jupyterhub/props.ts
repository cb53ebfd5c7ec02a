import type { ITerraformDependable } from "cdktf";
import type { INamespace, Resources } from "../../kubernetes";
import type { SecretKey } from "../../secrets";
import type { QueryEngine, SparkCluster, SqlDatabase } from "../contracts";
import type { ServiceContext } from "../service-context";

/** How people prove who they are. There is no way in without proof, and no password that all share. */
export type JupyterHubAuthentication =
  /** Each has a password of their own, which is made for them. */
  | {
      readonly kind: "passwords";
      readonly users: readonly string[];
      /** Those of them who may see and stop the servers of others. */
      readonly admins: readonly string[];
    }
  /** A provider of OpenID Connect. */
  | {
      readonly kind: "oidc";
      readonly clientId: string;
      readonly clientSecret: SecretKey;
      readonly authorizeUrl: string;
      readonly tokenUrl: string;
      readonly userdataUrl: string;
      /** Address under which people reach the hub, without a slash at the end. */
      readonly url: string;
      readonly scopes: readonly string[];
      readonly usernameClaim: string;
      /** Claim with the groups of a person. */
      readonly groupsClaim: string;
      readonly allowedGroups: readonly string[];
      readonly adminGroups: readonly string[];
      /** Ranges of the provider's addresses. @default - public addresses */
      readonly addresses?: readonly string[];
    };

/** When servers of people are stopped, all in seconds. */
export interface JupyterHubCulling {
  /** Without a sign of life. */
  readonly idle: number;
  /** Since the start; 0 for never. */
  readonly maxAge: number;
}

/** Settings of {@link JupyterHub}. */
export interface JupyterHubProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly authentication: JupyterHubAuthentication;
  /** Where users and the servers that run are kept. */
  readonly database: SqlDatabase;
  /** What the hub asks for. */
  readonly hub: Resources;
  /** What the proxy asks for. */
  readonly proxy: Resources;
  /** What the server of one person asks for. */
  readonly notebook: Resources;
  /** Servers that run at once. */
  readonly servers: number;
  /** Volume of each person, such as `5Gi`. */
  readonly storage: string;
  /** @default - the cluster's default class */
  readonly storageClass?: string;
  readonly culling: JupyterHubCulling;
  /** What notebooks find in their environment. */
  readonly queryEngines: readonly QueryEngine[];
  /** @default - no Spark in notebooks */
  readonly sparkCluster?: SparkCluster;
  /** Names of the catalogues that engines show. */
  readonly catalogs: readonly string[];
  /** Whether notebooks reach public addresses, such as those of package indexes. */
  readonly internet: boolean;
  /**
   * Image of the servers of people, with an exact tag.
   *
   * @default - the project's own, with clients for Trino and Spark
   */
  readonly image?: string;
  /** @default - user 1000 and group 100, for which images of Jupyter are made */
  readonly runAs?: { readonly user: number; readonly group?: number };
  /** Traits of the hub's classes, beside its own. @default - none */
  readonly config?: { readonly [className: string]: { readonly [trait: string]: string | number | boolean } };
  /** What must exist before. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}
