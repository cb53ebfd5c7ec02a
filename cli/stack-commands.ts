import { type Layer, stackName } from "../stacks/layers";

/** All stacks of an environment but those that people apply by themselves; local environments have none of these. */
function allStacks(environment: string): string {
  return `'${environment}-!(bootstrap|perimeter)'`;
}

/** Command that applies an environment, layer after layer. */
export function deployCommand(environment: string): string {
  return `npx cdktf deploy ${allStacks(environment)}`;
}

/** Command that destroys what {@link deployCommand} applied. */
export function destroyCommand(environment: string): string {
  return `npx cdktf destroy ${allStacks(environment)}`;
}

/** Command that applies one layer and leaves those before it alone: without the option cdktf wants all of them. */
export function deployLayerCommand(environment: string, layer: Layer): string {
  return `npx cdktf deploy ${stackName(environment, layer)} --ignore-missing-stack-dependencies`;
}
