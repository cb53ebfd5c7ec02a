import type { Layer } from "../../stacks/layers";
import { dataSources, objectOf, strings } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { placeOf, statePlace } from "./tf-06-own-state";

/** Every output that another stack may read: what only the cloud can decide, and no secret. */
const table: { readonly [layer in Layer]?: readonly string[] } = {
  cluster: ["dns_endpoint"],
};

interface Read extends Item {
  /** Id of the remote state. */
  readonly state: string;
  readonly output: string;
}

export const declaredOutputs: Rule = {
  id: "TF-15",
  reason: "what crosses stacks lands in states, and an undeclared reading couples them unseen",
  remedy: "compute the name instead; what only the cloud decides gets a row in the table of this rule",
  check: forEach(reads, ({ state, output }, stack, all) => {
    const config = objectOf(stack.json.data?.terraform_remote_state?.[state]);
    const place = placeOf({ [String(config.backend)]: objectOf(config.config) });
    const owner = all.find((other) => statePlace(other) === place);
    if (!owner) {
      return [`remote state ${state} belongs to no stack: ${place}`];
    }
    const block = owner.json.output?.[output];
    return [
      ...(owner.environment.name === stack.environment.name ? [] : [`reads the state of ${owner.name}`]),
      ...(table[owner.layer]?.includes(output) ? [] : [`output ${output} of ${owner.layer} is not in the table`]),
      ...(block ? [] : [`${owner.name} has no output ${output}`]),
      ...(block?.sensitive ? [`output ${output} of ${owner.name} is a secret`] : []),
    ];
  }),
};

function reads(stack: CheckedStack): readonly Read[] {
  const pattern = /data\.terraform_remote_state\.([\w-]+)\.(?:outputs\.)?([\w-]+)/g;
  const found = strings(stack.json).flatMap(({ address, value }) =>
    [...value.matchAll(pattern)].map(([, state = "", output = ""]) => ({ address, state, output })),
  );
  const idle = dataSources(stack, ["terraform_remote_state"]).filter(
    ({ name }) => !found.some(({ state }) => state === name),
  );
  return [...found, ...idle.map(({ address, name }) => ({ address, state: name, output: "(none)" }))];
}
