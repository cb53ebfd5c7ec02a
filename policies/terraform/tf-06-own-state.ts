import { strings } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";

export const ownState: Rule = {
  id: "TF-06",
  reason: "two stacks in one state destroy each other, and environments must not touch",
  remedy: "declare the backend by declareBackend, and take names from the stack's own environment",
  check: forEach(
    () => [{ address: "terraform.backend" }],
    (_, stack, all) => [...stateProblems(stack, all), ...foreignProjects(stack, all)],
  ),
};

/** Where a stack keeps its state, in a form that can be compared. */
export function statePlace({ json }: CheckedStack): string {
  return placeOf(json.terraform.backend);
}

/** The same for the backend of any block: `{ <type>: { arguments } }`. */
export function placeOf(backend: { readonly [type: string]: object } | undefined): string {
  return Object.entries(backend ?? {})
    .map(([type, block]) => `${type} ${JSON.stringify(Object.entries(block).sort(([a], [b]) => (a < b ? -1 : 1)))}`)
    .join();
}

function stateProblems(stack: CheckedStack, all: readonly CheckedStack[]): readonly string[] {
  const place = statePlace(stack);
  const twins = all.filter((other) => other.name !== stack.name && statePlace(other) === place);
  const parts = place.split(/[^\w-]+/);
  const { environment, layer, name } = stack;
  const named = parts.includes(name) || (parts.includes(environment.name) && parts.includes(layer));
  return [
    ...(place === "" ? ["there is no backend"] : []),
    ...twins.map((twin) => `has the place of ${twin.name}: ${place}`),
    ...(named ? [] : [`does not name ${environment.name} and ${layer}: ${place}`]),
  ];
}

function foreignProjects(stack: CheckedStack, all: readonly CheckedStack[]): readonly string[] {
  const own = stack.environment.project;
  const projects = new Set(all.flatMap(({ environment }) => environment.project ?? []));
  return strings(stack.json).flatMap(({ address, value }) =>
    [...projects]
      .filter((project) => project !== own && new RegExp(`(?<![\\w-])${project}(?![a-z0-9])`).test(value))
      .map((project) => `${address} names ${project}, the project of another environment`),
  );
}
