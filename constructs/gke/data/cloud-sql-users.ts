import type { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { SqlDatabase } from "@cdktf/provider-google/lib/sql-database";
import { SqlUser } from "@cdktf/provider-google/lib/sql-user";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import type { SecretKey } from "../../secrets";
import type { WritableSecrets } from "../../secrets/secret-source";
import { DeploySettings } from "../../terraform/deploy-settings";

/** Settings of {@link CloudSqlUsers}. */
export interface CloudSqlUsersProps {
  readonly project: string;
  /** Short name of the instance. */
  readonly instance: string;
  /** What writes the passwords, in the same stack. */
  readonly secrets: WritableSecrets;
  readonly provider: GoogleProvider;
}

/**
 * Databases of a Cloud SQL server, each with a user of the same name. It lives in the stack that makes passwords: the same
 * ephemeral value is written to the source of secrets and to the server, and is in no plan and no state (rule TF-01).
 */
export class CloudSqlUsers extends Construct {
  private readonly props: CloudSqlUsersProps;

  constructor(scope: Construct, id: string, props: CloudSqlUsersProps) {
    super(scope, id);
    this.props = props;
  }

  /**
   * Adds a database and its user.
   *
   * @param database lower-case letters, digits and underscores
   * @param password key of a secret of the same source; the user gets a new one when the secret's version rises
   */
  add(database: string, password: SecretKey): void {
    const { project, instance, secrets, provider } = this.props;
    // TF-16: what a plan may not destroy it leaves on the server, where the server's own protection keeps it.
    const { allowDestroy } = DeploySettings.of(this);
    const deletionPolicy = allowDestroy ? undefined : "ABANDON";
    const scope = new Construct(this, idOf(database.replaceAll("_", "-")));
    const user = new SqlUser(scope, "User", {
      project,
      instance,
      provider,
      name: database,
      type: "BUILT_IN",
      passwordWo: secrets.expressionOf(password),
      // Both are written in the run in which the version rises, with the same value.
      passwordWoVersion: password.secret.version,
      deletionPolicy: "ABANDON",
    });
    new SqlDatabase(scope, "Database", {
      project,
      instance,
      provider,
      name: database,
      deletionPolicy: deletionPolicy ?? "DELETE",
      lifecycle: { preventDestroy: !allowDestroy },
      dependsOn: [user],
    });
  }
}
