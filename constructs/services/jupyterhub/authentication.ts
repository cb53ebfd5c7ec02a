import type { FlowEnd } from "../../kubernetes";
import { publicAddresses } from "../public-addresses";
import { passwordKey } from "./names";
import type { JupyterHubAuthentication } from "./props";

type Config = { readonly [className: string]: { readonly [trait: string]: string | boolean | readonly string[] } };

/** The hub's values for a way in. */
export interface AuthenticationValues {
  readonly config: Config;
  /** Python by name. */
  readonly extraConfig: { readonly [name: string]: string };
}

/** Folder with the keys of the Secret that the chart's `hub.existingSecret` names. */
const secretFolder = "/usr/local/etc/jupyterhub/existing-secret";

/** Values for a way in. */
export function authenticationValues(authentication: JupyterHubAuthentication): AuthenticationValues {
  return authentication.kind === "passwords" ? passwords(authentication) : oidc(authentication);
}

/** The provider's hosts, which the hub calls itself for tokens and for who somebody is. */
export function providerFlow(authentication: JupyterHubAuthentication) {
  if (authentication.kind === "passwords") {
    return undefined;
  }
  const { addresses } = authentication;
  const end: FlowEnd = { ...(addresses ? { cidrs: addresses } : publicAddresses), name: "oidc-provider" };
  const ports = [authentication.tokenUrl, authentication.userdataUrl].map((url) => Number(new URL(url).port || 443));
  return { end, ports: [...new Set(ports)].sort((a, b) => a - b) };
}

/** The Secret is read at each login, so that a rotated password needs no restart. */
const secretAuthenticator = `
from pathlib import Path
from secrets import compare_digest

from jupyterhub.auth import Authenticator


class SecretAuthenticator(Authenticator):
    async def authenticate(self, handler, data):
        name = data["username"]
        if name not in self.allowed_users:
            return None
        expected = Path("${secretFolder}", f"${passwordKey("{name}")}").read_bytes()
        return name if compare_digest(expected, data["password"].encode()) else None


c.JupyterHub.authenticator_class = SecretAuthenticator
`.trimStart();

function passwords({ users, admins }: Extract<JupyterHubAuthentication, { kind: "passwords" }>): AuthenticationValues {
  return {
    config: {
      // Lets nobody in; the class of extraConfig takes its place.
      JupyterHub: { authenticator_class: "null" },
      Authenticator: { allowed_users: users, admin_users: admins },
    },
    extraConfig: { authenticator: secretAuthenticator },
  };
}

function oidc(given: Extract<JupyterHubAuthentication, { kind: "oidc" }>): AuthenticationValues {
  return {
    config: {
      JupyterHub: { authenticator_class: "generic-oauth" },
      GenericOAuthenticator: {
        client_id: given.clientId,
        oauth_callback_url: `${given.url}/hub/oauth_callback`,
        authorize_url: given.authorizeUrl,
        token_url: given.tokenUrl,
        userdata_url: given.userdataUrl,
        scope: given.scopes,
        username_claim: given.usernameClaim,
        manage_groups: true,
        auth_state_groups_key: `oauth_user.${given.groupsClaim}`,
        allowed_groups: given.allowedGroups,
        admin_groups: given.adminGroups,
      },
    },
    extraConfig: {},
  };
}

/** What of the way in is secret, as the chart's values that it reads from the Secret beside those of the release. */
export function secretValues({ kind }: JupyterHubAuthentication): { readonly [key: string]: string } {
  return kind === "oidc"
    ? { "values.yaml": '{"hub":{"config":{"GenericOAuthenticator":{"client_secret":{{ .client_secret | toJson }}}}}}' }
    : {};
}
