import { AuthBackend } from "@cdktf/provider-vault/lib/auth-backend";
import { IdentityGroup } from "@cdktf/provider-vault/lib/identity-group";
import { IdentityGroupAlias } from "@cdktf/provider-vault/lib/identity-group-alias";
import { JwtAuthBackendRole } from "@cdktf/provider-vault/lib/jwt-auth-backend-role";
import { KubernetesAuthBackendRole } from "@cdktf/provider-vault/lib/kubernetes-auth-backend-role";
import { Policy } from "@cdktf/provider-vault/lib/policy";
import { Lazy, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes";
import { PlatformError } from "../../terraform";
import { peopleAccess } from "./people-access";
import { type PeopleRole, peoplePolicy, peoplePolicyText, peopleRoles, type VaultContents } from "./people-policies";

/** Login with an account of an identity provider. */
export interface OidcLogin {
  /** Vault's client at the provider; tokens for another one are refused. */
  readonly clientId: string;
  /** Claim that lists the groups of a person. */
  readonly groupsClaim: string;
  /** Claim that names a person for good. */
  readonly userClaim: string;
  /** Scopes to ask for beside `openid`. */
  readonly scopes: readonly string[];
  /** What the members of each group may do. */
  readonly groups: { readonly [group: string]: PeopleRole };
}

/** Settings of {@link VaultPeople}. */
export interface VaultPeopleProps {
  /** @default - nobody logs in by an identity provider */
  readonly oidc?: OidcLogin;
  /**
   * Whether users with passwords of Vault's own may log in; for local clusters.
   *
   * @default false
   */
  readonly userpass?: boolean;
  /** The secrets in Vault; read when the stack is synthesized, so that later layers may still ask for some. */
  readonly secrets: () => readonly { readonly mount: string; readonly path: string }[];
}

/**
 * How people log in to Vault, and what they may do there.
 *
 * Terraform makes the auth method, its role and the groups. It does not write `auth/oidc/config`: Vault refuses a client
 * without a secret, and an argument for it would keep it in the state (rule TF-01). `terralake vault oidc` writes it.
 *
 * @see https://developer.hashicorp.com/vault/docs/auth/jwt
 */
export class VaultPeople extends Construct {
  private readonly policies = new Map<PeopleRole, Policy>();

  /** @throws PlatformError for a login without groups, and when there is no way to log in */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: VaultPeopleProps,
  ) {
    super(scope, id);
    const { oidc, userpass } = props;
    if (!oidc && !userpass) {
      throw new PlatformError(this, "there is no way to log in", "name oidc or userpass, or leave people out");
    }
    if (oidc) {
      this.oidc(oidc);
    }
    if (userpass) {
      this.backend("Userpass", "userpass", peopleAccess.userpassPath, "People on a local cluster");
      // A user's role is chosen when the user is made, so all must be there.
      for (const role of peopleRoles) {
        this.policy(role);
      }
    }
  }

  private oidc(login: OidcLogin): void {
    const groups = Object.entries(login.groups).sort(([a], [b]) => (a < b ? -1 : 1));
    if (groups.length === 0) {
      throw new PlatformError(this, "the login by OIDC has no groups", "name a group and its role");
    }
    const method = this.backend("Oidc", "oidc", peopleAccess.oidcPath, "People, by the identity provider");
    new JwtAuthBackendRole(this, "OidcRole", {
      backend: method.path,
      roleName: peopleAccess.oidcRole,
      roleType: "oidc",
      boundAudiences: [login.clientId],
      // Who is in none of the groups is refused, instead of let in without rights.
      boundClaims: { [login.groupsClaim]: groups.map(([group]) => group).join(",") },
      userClaim: login.userClaim,
      // A slash at the front makes the name a path into the token.
      userClaimJsonPointer: login.userClaim.startsWith("/") ? true : undefined,
      groupsClaim: login.groupsClaim,
      oidcScopes: login.scopes.length > 0 ? [...login.scopes] : undefined,
      allowedRedirectUris: [peopleAccess.redirectUri],
      tokenTtl: peopleAccess.tokenTtlSeconds,
      tokenMaxTtl: peopleAccess.tokenMaxTtlSeconds,
    });
    const ids = new Map<string, string>();
    for (const [name, role] of groups) {
      const groupId = idOf(name);
      const twin = ids.get(groupId);
      if (twin !== undefined || groupId === "") {
        throw new PlatformError(
          this,
          `the groups "${twin ?? ""}" and "${name}" have the same address "${groupId}"`,
          "rename one of them at the identity provider",
        );
      }
      ids.set(groupId, name);
      const group = new IdentityGroup(this, `Group${groupId}`, {
        name,
        type: "external",
        policies: [this.policy(role).name],
      });
      new IdentityGroupAlias(this, `Group${groupId}Alias`, {
        name,
        mountAccessor: method.accessor,
        canonicalId: group.id,
      });
    }
  }

  private backend(id: string, type: string, path: string, description: string): AuthBackend {
    return new AuthBackend(this, id, {
      type,
      path,
      description,
      tune: [
        {
          defaultLeaseTtl: `${peopleAccess.tokenTtlSeconds}s`,
          maxLeaseTtl: `${peopleAccess.tokenMaxTtlSeconds}s`,
          // Who has not logged in learns nothing of the methods.
          listingVisibility: "hidden",
          tokenType: "default-service",
        },
      ],
    });
  }

  private policy(role: PeopleRole): Policy {
    const found = this.policies.get(role);
    if (found) {
      return found;
    }
    const policy = new Policy(this, idOf(`${role}-policy`), {
      name: peoplePolicy(role),
      policy: Lazy.stringValue({ produce: () => peoplePolicyText(role, this.contents()) }),
    });
    this.policies.set(role, policy);
    return policy;
  }

  /** What the stack makes in Vault, once all of it is declared. */
  private contents(): VaultContents {
    const made = TerraformStack.of(this).node.findAll();
    const names = (found: readonly (string | undefined)[]) => [...new Set(found.filter((name) => name !== undefined))];
    return {
      secrets: this.props.secrets(),
      policies: names(made.map((one) => (one instanceof Policy ? one.nameInput : undefined))).sort(),
      roles: names(
        made.map((one) => (one instanceof KubernetesAuthBackendRole ? one.roleNameInput : undefined)),
      ).sort(),
    };
  }
}
