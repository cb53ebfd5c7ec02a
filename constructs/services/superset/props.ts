import type { ITerraformDependable } from "cdktf";
import type { INamespace, Resources } from "../../kubernetes";
import type { SecretKey } from "../../secrets";
import type { KeyValueStore, QueryEngine, SqlDatabase } from "../contracts";
import type { ServiceContext } from "../service-context";

/** Keys of declared secrets; what is left out is made for Superset. */
export interface SupersetCredentials {
  /** Signs sessions and encrypts the passwords of data sources. */
  readonly secretKey?: SecretKey;
  readonly adminPassword?: SecretKey;
}

/** Settings of {@link Superset}. */
export interface SupersetProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  /** Pods that answer people. */
  readonly replicas: number;
  /** What each of them asks for. */
  readonly resources: Resources;
  /** Processes of each of them. */
  readonly serverWorkers: number;
  /** Pods that run long queries, alerts and reports. */
  readonly workers: number;
  /** What each of those asks for. */
  readonly worker: Resources;
  /** Where charts, dashboards and users are kept. */
  readonly database: SqlDatabase;
  /** Cache, and the queue of the workers. */
  readonly cache: KeyValueStore;
  /** Data sources that it begins with. */
  readonly queryEngines: readonly QueryEngine[];
  /** @default - all are made for it */
  readonly credentials?: SupersetCredentials;
  /**
   * Image with drivers of the data sources, with an exact tag.
   *
   * @default - the project's own
   */
  readonly image?: string;
  /** @default - user and group 1000, for which upstream's image is made */
  readonly runAs?: { readonly user: number; readonly group?: number };
  /** Switches of Superset, such as `ALERT_REPORTS`. @default - Superset's own */
  readonly featureFlags?: { readonly [flag: string]: boolean };
  /** Python that is added to `superset_config.py`. @default - nothing */
  readonly config?: string;
  /** What must exist before. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}
