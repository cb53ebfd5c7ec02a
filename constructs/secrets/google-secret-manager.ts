import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { SecretManagerSecretVersion } from "@cdktf/provider-google/lib/secret-manager-secret-version";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { workloadPool } from "../gke/identity/workload-identity";
import { idOf } from "../kubernetes";
import { DeploySettings, PlatformError } from "../terraform";
import { RegisteredSecrets } from "./registered-secrets";
import { pathOf, type SecretKey, type SecretRef, type SecretValue } from "./secret-ref";
import type { SecretRegistryProps } from "./secret-registry";
import type { NamespaceStore, SecretOptions, SecretReaderIdentity, StoreParts, WritableSecrets } from "./secret-source";
import { jsonOf, SecretValues } from "./secret-values";

/** Settings of {@link GoogleSecretManagerSecrets}. */
export interface GoogleSecretManagerSecretsProps extends SecretRegistryProps {
  /** Name of the environment; the first part of every secret's id, as environments may share a project. */
  readonly environment: string;
  readonly project: string;
  /** Region that keeps the values, and no other one. */
  readonly region: string;
  /**
   * Provider that may write secrets.
   *
   * @default - the stack's own
   */
  readonly provider?: TerraformProvider;
  /** The cluster whose service accounts read. */
  readonly cluster: { readonly name: string; readonly location: string };
  /**
   * Full name of the Cloud KMS key of the region that encrypts the values.
   *
   * @default - a key that Google keeps
   */
  readonly kmsKey?: string;
}

/** Longest id of a secret. */
const maxIdLength = 255;

/**
 * Secrets of the platform in Google's Secret Manager: each is one JSON object, written by a write-only argument and read
 * by exactly the Kubernetes service accounts that ask for it (rule TF-01).
 *
 * @see https://external-secrets.io/latest/provider/google-secrets-manager/
 */
export class GoogleSecretManagerSecrets extends RegisteredSecrets implements WritableSecrets {
  readonly store: NamespaceStore = {
    kind: "SecretStore",
    name: "google-secret-manager",
    account: "secrets-reader",
    parts: () => this.storeParts(),
  };
  private readonly values = new SecretValues(this);
  private readonly secrets = new Map<string, SecretManagerSecret>();
  private readonly expressions = new Map<string, string>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GoogleSecretManagerSecretsProps,
  ) {
    super(scope, id, props);
  }

  /** Lets a service account read the value of one secret, without a Google service account between. */
  grantRead(ref: SecretRef, reader: SecretReaderIdentity): void {
    const secret = this.secrets.get(pathOf(ref));
    this.registry.addReader(ref, reader);
    const id = `Reader${idOf(`${reader.namespace}-${reader.serviceAccount}`)}`;
    const scope = this.node.tryFindChild(idOf(pathOf(ref)));
    if (!secret || !scope || scope.node.tryFindChild(id)) {
      return;
    }
    new SecretManagerSecretIamMember(scope as Construct, id, {
      provider: this.props.provider,
      project: this.props.project,
      secretId: secret.secretId,
      role: "roles/secretmanager.secretAccessor",
      // GKE-06: this account of this namespace, as External Secrets acts for it.
      member: `serviceAccount:${workloadPool(this.props.project)}[${reader.namespace}/${reader.serviceAccount}]`,
    });
  }

  expressionOf({ secret, key }: SecretKey): string {
    this.registry.valueOf(secret, key);
    return `\${${this.expressions.get(`${pathOf(secret)}#${key}`)}}`;
  }

  remoteRef({ secret, key }: SecretKey): { readonly key: string; readonly property: string } {
    return { key: this.idOfSecret(secret), property: key };
  }

  private storeParts(): StoreParts {
    const { project, cluster } = this.props;
    return {
      provider: {
        gcpsm: {
          projectID: project,
          auth: {
            workloadIdentity: {
              // All three, or External Secrets would ask the metadata server, which it cannot reach (rule NET-07).
              clusterProjectID: project,
              clusterLocation: cluster.location,
              clusterName: cluster.name,
              serviceAccountRef: { name: this.store.account },
            },
          },
        },
      },
    };
  }

  /** @throws PlatformError for a path that gives the id of another secret or one that is too long */
  protected write(
    ref: SecretRef,
    values: { readonly [key: string]: SecretValue },
    { owner, rotateEvery }: SecretOptions,
  ): void {
    const { allowDestroy } = DeploySettings.of(this);
    const id = idOf(pathOf(ref));
    const secretId = this.idOfSecret(ref);
    if (this.node.tryFindChild(id)) {
      throw new PlatformError(this, `secret "${pathOf(ref)}" has the id of another one`, "use another path");
    }
    if (secretId.length > maxIdLength) {
      throw new PlatformError(
        this,
        `id of secret "${pathOf(ref)}" has ${secretId.length} characters, ${maxIdLength} are allowed`,
        "use a shorter path",
      );
    }
    const scope = new Construct(this, id);
    const annotations = { ...(owner && { owner }), ...(rotateEvery && { "rotate-every": rotateEvery }) };
    const { region: location, kmsKey } = this.props;
    const expressions = this.values.expressions(scope, ref, values);
    for (const [key, expression] of expressions) {
      this.expressions.set(`${pathOf(ref)}#${key}`, expression);
    }
    const secret = new SecretManagerSecret(scope, "Resource", {
      provider: this.props.provider,
      project: this.props.project,
      secretId,
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
      replication: {
        userManaged: {
          replicas: [{ location, customerManagedEncryption: kmsKey ? { kmsKeyName: kmsKey } : undefined }],
        },
      },
      deletionProtection: !allowDestroy,
      // TF-16: data outlives a plan unless the environment says otherwise.
      lifecycle: { preventDestroy: !allowDestroy },
    });
    new SecretManagerSecretVersion(scope, "Version", {
      provider: this.props.provider,
      secret: secret.id,
      secretDataWo: jsonOf(expressions),
      secretDataWoVersion: ref.version,
      // A rotation replaces this resource: the value before stays, cannot be read, and can be switched on again.
      deletionPolicy: allowDestroy ? "DELETE" : "DISABLE",
      // A reader must find a value at any moment.
      lifecycle: { createBeforeDestroy: true },
    });
    this.secrets.set(pathOf(ref), secret);
  }

  /** Slashes become dashes, since an id has none: `gke-prod-platform-postgres-nessie`. */
  private idOfSecret(ref: SecretRef): string {
    return `${this.props.environment}-${pathOf(ref).replaceAll("/", "-")}`;
  }
}
