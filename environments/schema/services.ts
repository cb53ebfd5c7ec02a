import type * as z from "zod";
import { catalogue, type ServiceName, type Services, type ServicesInput, serviceNames } from "../../catalogue";
import { definitionOf } from "../../catalogue/assembly/on";
import type { Defaults } from "../../catalogue/definition";
import { strict } from "./field";

export type { ServiceName, Services, ServicesInput };
export { serviceNames };

type Shape = { readonly [Name in ServiceName]: z.ZodOptional<(typeof catalogue)[Name]["input"]> };

/** The data services in an environment file. A service that is not named is off; all its settings have defaults. */
export const servicesInput = strict(
  Object.fromEntries(serviceNames.map((name) => [name, catalogue[name].input.optional()])) as Shape,
);

/** Fills in the defaults of a place; a service with `enabled: false` is off. */
export function resolveServices(input: z.output<typeof servicesInput>, defaults: Defaults): Services {
  const on = serviceNames.flatMap((name) => {
    const given = input[name];
    return given === undefined || given.enabled === false
      ? []
      : [[name, definitionOf(name).resolve(given, defaults)] as const];
  });
  // Each entry was resolved by the definition of its own name.
  return Object.fromEntries(on) as Services;
}
