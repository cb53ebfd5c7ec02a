import type { SecretKey } from "../../secrets";
import type { ServiceEndpoint } from "../contracts";
import { fromEnvironment, type TrinoPart, variableName } from "./parts";

/** A catalogue of a source that the platform does not run. */
export interface ExtraCatalog {
  /** Properties of its file that are no secret. */
  readonly properties: { readonly [property: string]: string };
  /**
   * Properties whose value is a secret.
   *
   * @default - none
   */
  readonly secrets?: { readonly [property: string]: SecretKey };
  /**
   * Pods of the cluster or addresses outside that Trino calls for it; it reaches nothing else.
   *
   * @default - none
   */
  readonly servers?: readonly ServiceEndpoint[];
}

/** Catalogues of the environment's own. */
export function extraCatalogs(catalogs: { readonly [name: string]: ExtraCatalog }): TrinoPart {
  const entries = Object.entries(catalogs);
  const variable = (name: string, property: string) => `${variableName(name)}_${variableName(property)}`;
  return {
    catalogs: Object.fromEntries(
      entries.map(([name, { properties, secrets = {} }]) => [
        name,
        [
          ...Object.entries(properties).map(([property, value]) => `${property}=${value}`),
          ...Object.keys(secrets).map((property) => `${property}=${fromEnvironment(variable(name, property))}`),
        ].join("\n"),
      ]),
    ),
    secrets: entries.flatMap(([name, { secrets = {} }]) =>
      Object.entries(secrets).map(([property, key]) => [variable(name, property), key] as const),
    ),
    calls: entries.flatMap(([name, { servers = [] }]) =>
      servers.map((to) => ({ from: "all servers" as const, to, reason: `reads the catalogue ${name}` })),
    ),
  };
}
