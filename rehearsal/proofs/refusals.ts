import type { ServiceAccountName } from "../cluster/service-accounts";
import type { Proof, ProofContext } from "./proof";
import { covers, login, type Reader, readData, vaultLayer } from "./readers";
import { mustBeRefused } from "./refuse";

/** What Vault answers to a login that is no good. */
const refusedLogin = [400, 403];

/** Every reader gets in and reads what is granted to it; everything else is refused. */
export const refusals: Proof = {
  title: "each reader of Vault reads its own secrets, others are refused",
  async run(context) {
    const { readers, secrets } = await vaultLayer(context);
    const counts = { read: 0, refused: 0 };
    for (const reader of readers) {
      await readsItsOwn(context, reader, secrets, counts);
      await refusesOthers(context, reader, counts);
    }
    if (counts.read === 0) {
      return undefined;
    }
    return `${readers.length} roles: ${counts.read} secrets read, ${counts.refused} logins and paths refused`;
  },
};

interface Counts {
  read: number;
  refused: number;
}

async function readsItsOwn(
  context: ProofContext,
  { role, accounts, reads }: Reader,
  secrets: readonly string[],
  counts: Counts,
): Promise<void> {
  const granted = (path: string): boolean => reads.some((pattern) => covers(pattern, path));
  const [mount = ""] = (secrets.find((path) => !granted(path)) ?? secrets[0] ?? "").split("/");
  const foreign = [...secrets.filter((path) => !granted(path)), `${mount}/data/not-granted`].filter(
    (path) => !granted(path),
  );
  for (const account of accounts) {
    const client = await login(context, role, account);
    for (const path of secrets.filter(granted)) {
      await readData(client, path);
      counts.read++;
    }
    for (const path of foreign) {
      await mustBeRefused(`${role} reads ${path}`, () => client.get(path));
      counts.refused++;
    }
    await client.revokeSelf();
  }
}

async function refusesOthers(context: ProofContext, { role, accounts }: Reader, counts: Counts): Promise<void> {
  for (const account of accounts) {
    const strangers: readonly ServiceAccountName[] = [
      { namespace: account.namespace, name: "default" },
      { namespace: "default", name: "default" },
    ];
    await mustBeRefused(
      `${role} with a token for another audience`,
      () => login(context, role, account, "https://kubernetes.default.svc"),
      refusedLogin,
    );
    for (const stranger of strangers) {
      await mustBeRefused(
        `${role} as ${stranger.namespace}/${stranger.name}`,
        () => login(context, role, stranger),
        refusedLogin,
      );
    }
    counts.refused += 1 + strangers.length;
  }
}
