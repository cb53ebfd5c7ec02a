import { listOf, objectOf, resources, strings } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { sidecars, vaultServers } from "../vault-server/servers";

/** A command line of Bank-Vaults, which writes and reads what Vault gives away when it is initialized. */
interface KeyKeeper extends Item {
  readonly arguments: readonly string[];
  /** Whether it initializes Vault. */
  readonly initializes: boolean;
}

/** Fewest parts of the recovery key, and how many of them open it. */
const fewest = { shares: 5, threshold: 3 } as const;

export const recoveryKeys: Rule = {
  id: "VCF-03",
  reason: "whoever reads the recovery keys makes a root token, and a Kubernetes Secret is read by too many",
  remedy: "let Bank-Vaults keep them in the recovery bucket, encrypted by the seal's key: 5 parts, 3 of which open",
  check: forEach(keepers, ({ arguments: given, initializes }) => [
    ...(given.includes("--mode=google-cloud-kms-gcs") ? [] : [`keeps keys by ${option(given, "mode") ?? "no mode"}`]),
    ...given.filter((argument) => argument.startsWith("--k8s-secret")).map((argument) => `has ${argument}`),
    ...(initializes ? shareProblems(given) : []),
  ]),
};

/** Where an environment is on Google Cloud; a laptop keeps its keys in a Secret and says so. */
function keepers(stack: CheckedStack): readonly KeyKeeper[] {
  if (!stack.environment.project) {
    return [];
  }
  const beside = vaultServers(stack).flatMap((servers) =>
    sidecars(servers).map((container) => ({ address: `${servers.address} ${container.name}`, container })),
  );
  const jobs = resources(stack, ["kubernetes_job_v1", "kubernetes_cron_job_v1"]).flatMap(({ address, block }) =>
    containersIn(block).map((container) => ({ address: `${address} ${container.name}`, container })),
  );
  return [...beside, ...jobs]
    .map(({ address, container }) => ({ address, words: strings([container.command, container.args]) }))
    .map(({ address, words }) => ({ address, arguments: words.map(({ value }) => value) }))
    .filter((keeper) => keeper.arguments.some((word) => word.includes("bank-vaults")))
    .map((keeper) => ({ ...keeper, initializes: keeper.arguments.includes("unseal") }));
}

function containersIn(value: unknown): readonly { readonly [key: string]: unknown }[] {
  if (Array.isArray(value)) {
    return value.flatMap(containersIn);
  }
  const object = objectOf(value);
  const own = [...listOf(object.container), ...listOf(object.init_container)].map(objectOf);
  return [
    ...own,
    ...Object.values(object).flatMap((member) => (typeof member === "object" ? containersIn(member) : [])),
  ];
}

function option(given: readonly string[], name: string): string | undefined {
  return given.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
}

function shareProblems(given: readonly string[]): readonly string[] {
  const shares = Number(option(given, "secret-shares"));
  const threshold = Number(option(given, "secret-threshold"));
  return [
    ...(shares >= fewest.shares ? [] : [`makes ${option(given, "secret-shares") ?? "no number of"} shares`]),
    ...(threshold >= fewest.threshold
      ? []
      : [`opens with ${option(given, "secret-threshold") ?? "no number of"} shares`]),
  ];
}
