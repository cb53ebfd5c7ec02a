import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import type { ServiceEndpoint } from "./endpoint";

/** Something that answers SQL, as tools for people (Superset, Airflow, notebooks) connect to it. */
export interface QueryEngine {
  /** Name under which tools show it, such as `trino`. */
  readonly name: string;
  /** Decides the driver: SQLAlchemy's name of the dialect. */
  readonly dialect: "trino" | "hive" | "clickhousedb" | "postgresql" | "mysql";
  /** Host name inside the cluster. */
  readonly host: string;
  readonly port: number;
  /** Whether clients speak TLS. */
  readonly tls: boolean;
  /**
   * Catalogue or database that a connection begins with.
   *
   * @default - none
   */
  readonly database?: string;
  /**
   * User that tools log in as.
   *
   * @default - the engine knows no users: a tool states its own name
   */
  readonly user?: { readonly name: string | SecretKey; readonly password: SecretKey };
  readonly server: ServiceEndpoint;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}
