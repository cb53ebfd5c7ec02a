import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/**
 * The ephemeral resources that the platform uses: arguments, and the attributes that may be read.
 *
 * Sources: hashicorp/random `random_password`, hashicorp/kubernetes `kubernetes_token_request_v1`,
 * hashicorp/google `google_service_account_access_token`, each under "ephemeral resources" of its documentation.
 */
export interface EphemeralTypes {
  readonly random_password: {
    readonly arguments: {
      /** Number of characters. */
      readonly length: number;
      /**
       * Whether punctuation may occur.
       *
       * @default true
       */
      readonly special?: boolean;
    };
    readonly attributes: "result";
  };
  readonly kubernetes_token_request_v1: {
    readonly arguments: {
      /** The service account the token is for. */
      readonly metadata: { readonly name: string; readonly namespace: string };
      readonly spec: {
        /**
         * Audiences that accept the token.
         *
         * @default - the API server's own
         */
        readonly audiences?: readonly string[];
        /**
         * Life of the token in seconds, at least 600.
         *
         * @default 3600
         */
        readonly expiration_seconds?: number;
      };
    };
    readonly attributes: "token";
  };
  readonly google_service_account_access_token: {
    readonly arguments: {
      /** E-mail address of the account to impersonate. */
      readonly target_service_account: string;
      readonly scopes: readonly string[];
      /**
       * Life of the token, such as `600s`.
       *
       * @default "3600s"
       */
      readonly lifetime?: string;
    };
    readonly attributes: "access_token";
  };
}

/**
 * An ephemeral block: a value that Terraform makes or fetches in each run and never writes to a plan or a state.
 *
 * CDKTF 0.21 has no element for it. Its attributes may feed write-only arguments and provider configurations only;
 * Terraform refuses any other use (rule TF-01).
 */
export class EphemeralResource<Type extends keyof EphemeralTypes> extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    /** Terraform's name of the ephemeral resource. */
    readonly type: Type,
    private readonly args: EphemeralTypes[Type]["arguments"],
  ) {
    super(scope, id, `ephemeral.${type}`);
  }

  /** Expression for an attribute, for use in a write-only argument or a provider. */
  attribute(name: EphemeralTypes[Type]["attributes"]): string {
    return `\${${this.reference(name)}}`;
  }

  /** The attribute without `${}`, for use inside a larger expression such as `jsonencode`. */
  reference(name: EphemeralTypes[Type]["attributes"]): string {
    return `ephemeral.${this.type}.${this.friendlyUniqueId}.${name}`;
  }

  override toTerraform(): unknown {
    return { ephemeral: { [this.type]: { [this.friendlyUniqueId]: this.args } } };
  }
}
