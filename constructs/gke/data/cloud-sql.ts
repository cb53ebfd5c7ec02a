import { SqlDatabaseInstance } from "@cdktf/provider-google/lib/sql-database-instance";
import { Construct } from "constructs";
import { DeploySettings } from "../../terraform/deploy-settings";
import { type ServerSettings, serverSettings } from "./cloud-sql-settings";

/** Settings of a {@link CloudSqlPostgres}. */
export interface CloudSqlPostgresProps extends ServerSettings {
  readonly project: string;
  readonly region: string;
  /** Short name of the instance. */
  readonly name: string;
  /** Version of PostgreSQL, such as `POSTGRES_17`. */
  readonly version: string;
  /**
   * Full name of the Cloud KMS key that encrypts data and backups; it can never be changed.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
  /** Copies that are read and not written to, beside the one that stands by. @default 0 */
  readonly readReplicas?: number;
}

/** Making and restoring a server takes long. */
const timeouts = { create: "60m", update: "60m", delete: "60m" };

/**
 * PostgreSQL that Google runs: a private address and nothing else, encrypted connections only, backups from which any
 * moment of the last days can be restored.
 *
 * @see https://cloud.google.com/sql/docs/postgres/private-ip
 */
export class CloudSqlPostgres extends Construct {
  readonly name: string;
  readonly resource: SqlDatabaseInstance;
  readonly replicas: readonly SqlDatabaseInstance[];

  constructor(scope: Construct, id: string, props: CloudSqlPostgresProps) {
    super(scope, id);
    this.name = props.name;
    const { allowDestroy } = DeploySettings.of(this);
    const common = {
      project: props.project,
      region: props.region,
      databaseVersion: props.version,
      encryptionKeyName: props.kmsKey,
      // TF-16: the provider refuses before the API does.
      deletionProtection: !allowDestroy,
      timeouts,
    };
    this.resource = new SqlDatabaseInstance(this, "Resource", {
      ...common,
      name: props.name,
      settings: serverSettings(props, { keep: !allowDestroy }),
      // TF-16: data outlives a plan unless the environment says otherwise; a resized disk is no change to undo.
      lifecycle: { preventDestroy: !allowDestroy, ignoreChanges: ["settings[0].disk_size"] },
    });
    this.replicas = Array.from({ length: props.readReplicas ?? 0 }, (_, index) => {
      const number = index + 1;
      return new SqlDatabaseInstance(this, `Replica${number}`, {
        ...common,
        name: `${props.name}-replica-${number}`,
        masterInstanceName: this.resource.name,
        settings: serverSettings(props, { keep: !allowDestroy, replica: true }),
        lifecycle: { ignoreChanges: ["settings[0].disk_size"] },
      });
    });
  }

  /** Private address, which Google decides when it makes the server. */
  get address(): string {
    return this.resource.privateIpAddress;
  }
}
