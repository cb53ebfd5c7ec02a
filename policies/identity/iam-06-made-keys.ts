import { listOf, resources, strings } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";

interface NamedKey extends Item {
  readonly key: string;
}

export const madeKeys: Rule = {
  id: "IAM-06",
  reason: "names of keys are computed, so a stack that names one which is not made fails when it is applied",
  remedy: "use the key only where the tier has it (ownKeys), or let the bootstrap layer make it",
  check: forEach(namedKeys, ({ key }, { environment }, all) => {
    const made = all
      .filter((stack) => stack.layer === "bootstrap" && stack.environment.name === environment.name)
      .flatMap((stack) => resources(stack, ["google_kms_crypto_key"]))
      .map(({ block }) => block.name);
    return made.includes(key) ? [] : [`the key ${key} is not made, only ${listOf(made).join(", ") || "none"}`];
  }),
};

/** Full names of keys of the environment's own project, wherever they stand. */
function namedKeys(stack: CheckedStack): readonly NamedKey[] {
  const { project, name } = stack.environment;
  if (project === undefined) return [];
  const own = new RegExp(
    `projects/${project}/locations/[a-z0-9-]+/keyRings/${name}-platform/cryptoKeys/([a-z0-9-]+)`,
    "g",
  );
  return strings(stack.json).flatMap(({ address, value }) =>
    [...value.matchAll(own)].map(([, key = ""]) => ({ address, key })),
  );
}
