import { randomBytes } from "node:crypto";
import { peopleAccess, peopleRoles, vaultAccess } from "../../constructs/vault";
import type { VaultClient } from "../../operations/vault/client";
import { configureOidc, writeUser } from "../../operations/vault/people";
import { RehearsalError } from "../rehearsal-error";
import type { Proof, ProofContext } from "./proof";
import { login, vaultLayer } from "./readers";
import { mustBeRefused } from "./refuse";
import { startIssuer } from "./stand-in-issuer";

const { oidcPath, oidcRole, redirectUri, userpassPath } = peopleAccess;

/** What a login by OIDC is refused with. */
const refusedLogin = [400, 403];

/** People log in as the environment says, and may do what their role names. */
export const people: Proof = {
  title: "people log in to Vault and may do what their role names",
  async run(context) {
    const methods = await context.withRoot(async (root) => Object.keys((await root.get("sys/auth")) ?? {}));
    const { secrets } = await vaultLayer(context);
    const found = [
      ...(methods.includes(`${userpassPath}/`) ? [await byPassword(context, secrets)] : []),
      ...(methods.includes(`${oidcPath}/`) ? [await byOidc(context)] : []),
    ];
    return found.length > 0 ? found.join("; ") : undefined;
  },
};

/** A user of each role; the one that may read values does, and the others may not. */
async function byPassword(context: ProofContext, secrets: readonly string[]): Promise<string> {
  const password = randomBytes(18).toString("base64url");
  context.remember("auth/userpass/users/rehearsal#password", password);
  // Administrators of databases are for nobody.
  const ofPlatform = secrets.find((path) => path.startsWith("platform/data/database-engine/"));
  const secret = secrets.find((path) => path !== ofPlatform);
  for (const role of peopleRoles) {
    const name = `rehearsal-${role}`;
    await asTerraform(context, (terraform) => writeUser(terraform, { name, role }, password));
    const client = await as(context, await context.vault.client.loginUserpass(name, password));
    await mustBeRefused(`${role} writes a policy`, () => client.put("sys/policies/acl/mine", { policy: "" }));
    if (secret !== undefined) {
      const read = () => client.get(secret);
      await (role === "secrets-reader" ? read() : mustBeRefused(`${role} reads ${secret}`, read));
    }
    if (ofPlatform !== undefined) await mustBeRefused(`${role} reads ${ofPlatform}`, () => client.get(ofPlatform));
    await client.revokeSelf();
    await context.withRoot((root) => root.delete(`auth/${userpassPath}/users/${name}`));
  }
  return `${peopleRoles.length} roles by password`;
}

/** A member of each group, at a stand-in for the identity provider; somebody in no group is refused. */
async function byOidc(context: ProofContext): Promise<string> {
  const role = (await context.withRoot((root) => root.get(`auth/${oidcPath}/role/${oidcRole}`))) ?? {};
  const groupsClaim = String(role.groups_claim);
  const [clientId = ""] = role.bound_audiences as readonly string[];
  const [bound] = Object.values(role.bound_claims as Readonly<Record<string, string | readonly string[]>>);
  const groups = typeof bound === "string" ? bound.split(",") : (bound ?? []);
  const issuer = await startIssuer({ clientId, groupsClaim });
  const clientSecret = randomBytes(18).toString("base64url");
  context.remember(`auth/${oidcPath}/config#oidc_client_secret`, clientSecret);
  try {
    await asTerraform(context, (terraform) =>
      configureOidc(terraform, { issuer: issuer.address, clientId }, clientSecret),
    );
    const asMember = async (group: string): Promise<string> => {
      const { client } = context.vault;
      const asked = await client.put(`auth/${oidcPath}/oidc/auth_url`, { role: oidcRole, redirect_uri: redirectUri });
      const url = String((asked.data as Readonly<Record<string, unknown>> | undefined)?.auth_url);
      return client.loginOidc(issuer.visit(url, { subject: `member of ${group}`, groups: [group] }));
    };
    for (const group of groups) {
      const client = await as(context, await asMember(group));
      const { identity_policies: policies = [] } = (await client.get("auth/token/lookup-self")) ?? {};
      if ((policies as readonly string[]).filter((policy) => policy.startsWith("people-")).length !== 1) {
        throw new RehearsalError(
          `a member of ${group} has the policies ${JSON.stringify(policies)}, and must have one`,
        );
      }
      await client.revokeSelf();
    }
    await mustBeRefused("somebody in no group logs in", () => asMember("nobody-knows"), refusedLogin);
  } finally {
    issuer.close();
  }
  return `${groups.length} groups by OIDC with PKCE, a stranger refused`;
}

/** With Terraform's own role, as `terralake vault user` and `terralake vault oidc` do it. */
async function asTerraform(context: ProofContext, run: (client: VaultClient) => Promise<void>): Promise<void> {
  const account = { namespace: vaultAccess.namespace, name: vaultAccess.terraform };
  const client = await login(context, vaultAccess.terraform, account);
  await run(client).finally(() => client.revokeSelf());
}

/** A client with a token, which the search for leaks looks for too. */
async function as(context: ProofContext, token: string): Promise<VaultClient> {
  context.remember("a person's token", token);
  return context.vault.client.withToken(token);
}
