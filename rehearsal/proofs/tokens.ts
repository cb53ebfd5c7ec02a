import { setTimeout as sleep } from "node:timers/promises";
import { vaultAccess } from "../../constructs/vault";
import type { VaultClient } from "../../operations/vault/client";
import { VaultError } from "../../operations/vault/vault-error";
import { RehearsalError } from "../rehearsal-error";
import type { Proof, ProofContext } from "./proof";
import { login, vaultLayer } from "./readers";
import { mustBeRefused } from "./refuse";

/** Longest life of a token of Terraform's, in seconds (rule VCF-02). */
const longestSeconds = 20 * 60;

/** Life of a token of the role's copy, in seconds: short enough to be waited for. */
const copySeconds = 2;

const roles = `auth/${vaultAccess.kubernetesAuthPath}/role`;
const copy = `${vaultAccess.terraform}-short`;
const account = { namespace: vaultAccess.namespace, name: vaultAccess.terraform };

/** What Vault tells of a token that it is asked for by its accessor. */
interface TokenFacts {
  readonly policies: readonly string[];
  readonly issue_time?: string;
  readonly expire_time: string | null;
  readonly meta: Readonly<Record<string, string>> | null;
}

/** No root token is left, and what Terraform logs in with ends by itself. */
export const tokens: Proof = {
  title: "no root token is left, and Terraform's token ends",
  async run(context) {
    const ofTerraform = await context.withRoot(async (root) => {
      const others = await otherTokens(root);
      const withRoot = others.filter(({ policies }) => policies.includes("root"));
      if (withRoot.length > 0) {
        throw new RehearsalError(`${withRoot.length} tokens beside the break-glass one have policy root`);
      }
      const found = others.filter(({ meta }) => meta?.role === vaultAccess.terraform);
      for (const token of found) checkLife(token);
      await copyRole(root);
      return found.length;
    });
    await cannotRead(context);
    await endsWhenRevoked(context);
    await endsByItself(context).finally(() => context.withRoot((root) => root.delete(`${roles}/${copy}`)));
    return (
      `no token has policy root, ${ofTerraform} tokens of Terraform's applies live ${longestSeconds / 60} minutes at most; ` +
      `one is refused once it is revoked, one of a copy of the role with a life of ${copySeconds} s once that is over`
    );
  },
};

async function otherTokens(root: VaultClient): Promise<readonly TokenFacts[]> {
  const own = await root.get("auth/token/lookup-self");
  const accessors = await root.list("auth/token/accessors");
  const found = await Promise.all(
    accessors
      .filter((accessor) => accessor !== own?.accessor)
      .map(async (accessor) => {
        // A token may end between the list and the question.
        const answer = await root.put("auth/token/lookup-accessor", { accessor }).catch((error: unknown) => {
          if (error instanceof VaultError && [403, 404].includes(error.status)) return undefined;
          throw error;
        });
        return answer?.data as TokenFacts | undefined;
      }),
  );
  return found.filter((token) => token !== undefined);
}

/** @throws RehearsalError for a token that lives longer than it may, or for ever */
function checkLife({ issue_time, expire_time }: TokenFacts): void {
  const seconds =
    expire_time === null ? Number.POSITIVE_INFINITY : (Date.parse(expire_time) - Date.parse(issue_time ?? "")) / 1000;
  // Not a number is too long too.
  if (!(seconds <= longestSeconds + 1)) {
    throw new RehearsalError(`a token of Terraform's lives ${seconds} s, ${longestSeconds} s are allowed`);
  }
}

async function copyRole(root: VaultClient): Promise<void> {
  const role = await root.get(`${roles}/${vaultAccess.terraform}`);
  await root.put(`${roles}/${copy}`, { ...role, token_ttl: copySeconds, token_max_ttl: copySeconds });
}

/** Terraform writes secrets and cannot read them. */
async function cannotRead(context: ProofContext): Promise<void> {
  const { secrets } = await vaultLayer(context);
  const client = await login(context, vaultAccess.terraform, account);
  for (const path of secrets) {
    await mustBeRefused(`Terraform reads ${path}`, () => client.get(path));
  }
  await client.revokeSelf();
}

async function endsWhenRevoked(context: ProofContext): Promise<void> {
  const client = await login(context, vaultAccess.terraform, account);
  // A day more is asked for; Vault gives no more than the role's longest life.
  await client.put("auth/token/renew-self", { increment: 24 * 60 * 60 }).catch((error: unknown) => {
    if (!(error instanceof VaultError) || error.status !== 403) throw error;
  });
  checkLife((await client.get("auth/token/lookup-self")) as unknown as TokenFacts);
  await client.revokeSelf();
  await mustBeRefused("a revoked token of Terraform's is used", () => client.get("sys/mounts"));
}

async function endsByItself(context: ProofContext): Promise<void> {
  const client = await login(context, copy, account);
  await client.get("sys/mounts");
  await sleep((copySeconds + 1) * 1000, undefined, { signal: context.signal });
  await mustBeRefused("a token of Terraform's is used after its life", () => client.get("sys/mounts"));
}
