import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import { DeploySettings } from "../../terraform/deploy-settings";

/** Settings of {@link ComposerSecrets}. */
export interface ComposerSecretsProps {
  readonly project: string;
  /** The only region in which values are kept. */
  readonly region: string;
  /** Environment; the first part of all names. */
  readonly environment: string;
  /** Ids of the connections. */
  readonly connections: readonly string[];
  /** Who reads them, as a member of IAM. */
  readonly reader: string;
  /**
   * Full name of the Cloud KMS key that encrypts the values.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
}

/**
 * Connections of Airflow that hold a secret: a place in Secret Manager for each, which Airflow may read. The values come by
 * hand or by another program, never by Terraform, whose state would hold them.
 *
 * @see https://cloud.google.com/composer/docs/composer-3/configure-secret-manager
 */
export class ComposerSecrets extends Construct {
  /** Configuration of Airflow that makes it look there. */
  readonly configuration: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ComposerSecretsProps) {
    super(scope, id);
    const { project, region, environment, kmsKey } = props;
    const prefix = `${environment}-airflow-connections`;
    const { allowDestroy } = DeploySettings.of(this);
    for (const connection of props.connections) {
      const secret = new SecretManagerSecret(this, idOf(connection), {
        project,
        secretId: `${prefix}-${connection}`,
        replication: {
          userManaged: {
            replicas: [{ location: region, customerManagedEncryption: kmsKey ? { kmsKeyName: kmsKey } : undefined }],
          },
        },
        deletionProtection: !allowDestroy,
        // TF-16: the only copy of a value that a person put there.
        lifecycle: { preventDestroy: !allowDestroy },
      });
      // One secret at a time: no other secret of the project can be read.
      new SecretManagerSecretIamMember(this, `${idOf(connection)}Reader`, {
        project,
        secretId: secret.secretId,
        role: "roles/secretmanager.secretAccessor",
        member: props.reader,
      });
    }
    this.configuration =
      props.connections.length === 0
        ? {}
        : {
            "secrets-backend": "airflow.providers.google.cloud.secrets.secret_manager.CloudSecretManagerBackend",
            "secrets-backend_kwargs": JSON.stringify({
              project_id: project,
              connections_prefix: prefix,
              // Nothing else is looked for there, so a variable that is not set costs no call that is refused.
              variables_prefix: null,
              config_prefix: null,
              sep: "-",
            }),
          };
  }
}
