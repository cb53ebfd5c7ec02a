import type { ServiceName } from "../../catalogue";
import { servicesOn } from "../../catalogue/assembly/on";
import { pathOf } from "../../constructs/secrets";
import type { Environment } from "../../environments/schema";
import { platformInventory } from "../../operations/platform-inventory";
import { namespacesOf } from "../../stacks/namespaces";

/** One service to switch off, and the environment without it and without those that were switched off before. */
export interface Removal {
  readonly service: ServiceName;
  readonly environment: Environment;
}

/**
 * The services of an environment in the order in which they can be switched off: the last that was built first, so that
 * none goes while another one needs it.
 */
export function removalsOf(environment: Environment): readonly Removal[] {
  const removals: Removal[] = [];
  let current = environment;
  for (const { name } of [...servicesOn(environment.services)].reverse()) {
    const { [name]: _off, ...services } = current.services;
    current = withoutUnusedVersions(withoutHomeless({ ...current, services }));
    removals.push({ service: name, environment: current });
  }
  return removals;
}

/** Copies of declared secrets and shared readers go with their namespace: an environment that names them without is refused. */
function withoutHomeless(environment: Environment): Environment {
  const { secrets } = environment;
  const there = new Set(namespacesOf(environment).map(({ name }) => name));
  const declared = Object.entries(secrets.declared).map(([name, secret]) => [
    name,
    { ...secret, copies: secret.copies.filter(({ namespace }) => there.has(namespace)) },
  ]);
  const sharedReaders = secrets.sharedReaders.filter(({ namespace }) => there.has(namespace));
  return { ...environment, secrets: { ...secrets, declared: Object.fromEntries(declared), sharedReaders } };
}

/** A version of a secret that nothing asks for is an error; it goes with the service. */
function withoutUnusedVersions(environment: Environment): Environment {
  const { secrets } = environment;
  if (Object.keys(secrets.versions ?? {}).length === 0) {
    return environment;
  }
  const asked = platformInventory({ ...environment, secrets: { ...secrets, versions: {} } }).secrets;
  const names = new Set(asked.map(({ ref }) => pathOf(ref)));
  const versions = Object.fromEntries(Object.entries(secrets.versions ?? {}).filter(([name]) => names.has(name)));
  return { ...environment, secrets: { ...secrets, versions } };
}
