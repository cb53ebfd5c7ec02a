import type * as z from "zod";
import { catalogue, type ServiceName, type Services, serviceNames } from "..";
import type { OperatorDefinition, ServiceDefinition, ServiceSettings } from "../definition";

/** A service that is on. */
export interface ServiceOn {
  readonly name: ServiceName;
  /** Its definition, as far as it is the same for all: settings are those that it resolved itself. */
  readonly definition: ServiceDefinition<z.ZodType, ServiceSettings>;
  readonly settings: ServiceSettings;
}

/** The definition of a service, seen as any of them. */
export function definitionOf(name: ServiceName): ServiceDefinition<z.ZodType, ServiceSettings> {
  // Each definition takes the settings of its own; who calls it hands it those that it resolved.
  return catalogue[name] as unknown as ServiceDefinition<z.ZodType, ServiceSettings>;
}

/** The services that are on, in the order in which they are built. */
export function servicesOn(services: Services): readonly ServiceOn[] {
  return serviceNames.flatMap((name) => {
    const settings = services[name];
    return settings ? [{ name, definition: definitionOf(name), settings }] : [];
  });
}

/** An operator that some services share. */
export interface OperatorOn {
  readonly definition: OperatorDefinition;
  /** Namespaces of those services, in the order of their names. */
  readonly watched: readonly string[];
}

/** The operators of the services that are on, each once. */
export function operatorsOn(services: Services): readonly OperatorOn[] {
  const found = new Map<string, { readonly definition: OperatorDefinition; readonly watched: Set<string> }>();
  for (const { definition: service, settings } of servicesOn(services)) {
    for (const definition of service.operators?.(settings) ?? []) {
      const operator = found.get(definition.id) ?? { definition, watched: new Set<string>() };
      operator.watched.add(settings.namespace);
      found.set(definition.id, operator);
    }
  }
  return [...found.values()].map(({ definition, watched }) => ({ definition, watched: [...watched].sort() }));
}

/** Namespaces of the services that are on and of their jobs, in the order of their names. */
export function namespacesOn(services: Services): readonly string[] {
  const all = servicesOn(services).flatMap(({ definition, settings }) => [
    settings.namespace,
    ...(definition.namespaces?.(settings) ?? []),
  ]);
  return [...new Set(all)].sort();
}
