import type { ITerraformDependable } from "cdktf";
import type { KubernetesObject } from "../../kubernetes";
import type { SecretKey } from "../../secrets";
import type { ServiceEndpoint } from "../contracts";

/** A call that Trino makes. */
export interface TrinoCall {
  readonly from: "all servers" | "coordinator";
  readonly to: ServiceEndpoint;
  /** For the table of flows. */
  readonly reason: string;
}

/** What one kind of source adds to Trino. Passwords are read from the environment, since catalogues are a ConfigMap. */
export interface TrinoPart {
  /** A catalogue's file by its name. */
  readonly catalogs: { readonly [name: string]: string };
  /** Environment variables of all servers, from the source of secrets. @default - none */
  readonly secrets?: readonly (readonly [variable: string, key: SecretKey])[];
  /** Environment variables of all servers that are no secret. @default - none */
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  /** Objects of the release beside the chart's. @default - none */
  readonly objects?: readonly KubernetesObject[];
  /** Folders of all servers with the keys of a Secret. @default - none */
  readonly secretMounts?: readonly SecretMount[];
  /** Secrets whose change restarts the servers. @default - none */
  readonly restartOn?: readonly { readonly name: string }[];
  /** Whether the certificate of the services' authority is read from {@link authorityFile}. @default false */
  readonly authority?: boolean;
  /** Files with tables of Kafka topics. @default - none */
  readonly tableDescriptions?: { readonly [file: string]: string };
  readonly calls: readonly TrinoCall[];
  /** What must exist before. @default - nothing */
  readonly dependsOn?: readonly (ITerraformDependable | undefined)[];
}

/** A folder of the servers with the keys of a Secret. */
export type SecretMount = {
  readonly name: string;
  readonly secretName: string;
  readonly path: string;
};

/** Secret with a certificate of the services' authority; the servers read `ca.crt` and nothing else of it. */
export const authoritySecret = "trino-authority";

/** Folder of that Secret. */
export const authorityFolder = "/etc/trino-authority";

/** The certificate of the services' authority, PEM. */
export const authorityFile = `${authorityFolder}/ca.crt`;

/** A value that Trino reads from its environment. */
export function fromEnvironment(variable: string): string {
  return `\${ENV:${variable}}`;
}

/** Beginning of the names of a source's environment variables: `raw-data` becomes `RAW_DATA`. */
export function variableName(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}
