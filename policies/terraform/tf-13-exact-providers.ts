import { dataSources, ephemerals, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";

interface Provider extends Item {
  readonly name: string;
}

export const exactProviders: Rule = {
  id: "TF-13",
  reason: "another version of a provider may plan something else tomorrow",
  remedy: "declare the provider with one version such as 1.2.3",
  check: forEach(used, ({ name }, { json }) => {
    const declared = json.terraform.required_providers?.[name];
    if (!declared) {
      return ["is used and not declared in required_providers"];
    }
    return /^\d+\.\d+\.\d+$/.test(declared.version) ? [] : [`version is ${shown(declared.version)}`];
  }),
};

/** Every provider that is declared, configured or used; `terraform` is built in. */
function used(stack: CheckedStack): readonly Provider[] {
  const { json } = stack;
  const types = [...resources(stack), ...dataSources(stack), ...ephemerals(stack)].map(({ type }) => type);
  const names = new Set([
    ...Object.keys(json.terraform.required_providers ?? {}),
    ...Object.keys(json.provider ?? {}),
    ...types.map((type) => type.split("_", 1)[0] ?? type),
  ]);
  names.delete("terraform");
  return [...names].map((name) => ({ name, address: `terraform.required_providers.${name}` }));
}
