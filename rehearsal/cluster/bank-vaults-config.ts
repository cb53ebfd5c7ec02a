import { parse } from "yaml";
import { ClusterError } from "./cluster-error";

type Json = Readonly<Record<string, unknown>>;

export interface BankVaultsPolicy {
  readonly name: string;
  /** HCL. */
  readonly rules: string;
}

export interface BankVaultsRole {
  readonly name: string;
  /** Body of `auth/<path>/role/<name>`. */
  readonly parameters: Json;
}

export interface BankVaultsAuth {
  readonly path: string;
  readonly config: Json;
  readonly roles: readonly BankVaultsRole[];
}

export interface BankVaultsEngine {
  readonly path: string;
  /** Body of `sys/mounts/<path>`. */
  readonly parameters: Json;
}

/** The part of an external configuration that is applied. */
export interface BankVaultsConfig {
  readonly policies: readonly BankVaultsPolicy[];
  /** Secrets engines to mount, without a configuration of their own. */
  readonly engines: readonly BankVaultsEngine[];
  /** Methods of type kubernetes. */
  readonly auth: readonly BankVaultsAuth[];
  /** Top-level keys that are understood and left out, since another layer owns them. */
  readonly ignored: readonly string[];
}

const AUTH_CONFIG = [
  "kubernetes_host",
  "kubernetes_ca_cert",
  "token_reviewer_jwt",
  "pem_keys",
  "issuer",
  "disable_iss_validation",
  "disable_local_ca_jwt",
  "use_annotations_as_alias_metadata",
];
const ROLE = [
  "name",
  "bound_service_account_names",
  "bound_service_account_namespaces",
  "bound_service_account_namespace_selector",
  "audience",
  "alias_name_source",
  "policies",
  "ttl",
  "max_ttl",
  "period",
  "token_ttl",
  "token_max_ttl",
  "token_policies",
  "token_bound_cidrs",
  "token_explicit_max_ttl",
  "token_no_default_policy",
  "token_num_uses",
  "token_period",
  "token_type",
];

/**
 * Reads the external configuration of bank-vaults (`vault-config.yml`).
 *
 * @throws ClusterError that names the key, when the document has something that would not be applied
 * @see https://bank-vaults.dev/docs/external-configuration/
 */
export function parseBankVaultsConfig(text: string): BankVaultsConfig {
  if (text.includes("${")) fail("the document", "has a template, which is not evaluated here");
  const root = record(parseYaml(text), "the document");
  onlyKeys(root, ["auth", "policies", "secrets", "audit"], "");
  return {
    policies: list(root.policies, "policies").map((item, index) => policy(item, `policies[${index}]`)),
    auth: list(root.auth, "auth").map((item, index) => authMethod(item, `auth[${index}]`)),
    engines: list(root.secrets, "secrets").map((item, index) => engine(item, `secrets[${index}]`)),
    ignored: ["audit"].filter((key) => root[key] !== undefined),
  };
}

function policy(value: unknown, path: string): BankVaultsPolicy {
  const item = record(value, path);
  onlyKeys(item, ["name", "rules"], path);
  return { name: text(item.name, `${path}.name`), rules: text(item.rules, `${path}.rules`) };
}

function engine(value: unknown, path: string): BankVaultsEngine {
  const item = record(value, path);
  onlyKeys(item, ["path", "type", "description", "options"], path);
  const { path: mount, ...parameters } = item;
  text(item.type, `${path}.type`);
  return { path: text(mount, `${path}.path`), parameters };
}

function authMethod(value: unknown, path: string): BankVaultsAuth {
  const item = record(value, path);
  onlyKeys(item, ["type", "path", "description", "config", "roles"], path);
  if (item.type !== "kubernetes")
    fail(`${path}.type`, `is ${JSON.stringify(item.type)}; only "kubernetes" is applied here`);
  const config = item.config === undefined || item.config === null ? {} : record(item.config, `${path}.config`);
  onlyKeys(config, AUTH_CONFIG, `${path}.config`);
  return {
    path: item.path === undefined ? "kubernetes" : text(item.path, `${path}.path`),
    config,
    roles: list(item.roles, `${path}.roles`).map((role, index) => authRole(role, `${path}.roles[${index}]`)),
  };
}

function authRole(value: unknown, path: string): BankVaultsRole {
  const item = record(value, path);
  onlyKeys(item, ROLE, path);
  const { name, ...parameters } = item;
  return { name: text(name, `${path}.name`), parameters };
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    return fail(
      "the document",
      `is not YAML: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
    );
  }
}

function record(value: unknown, path: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  return fail(path, `is ${describe(value)}; it must be a map`);
}

function list(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : fail(path, `is ${describe(value)}; it must be a list`);
}

function text(value: unknown, path: string): string {
  return typeof value === "string" && value !== "" ? value : fail(path, `is ${describe(value)}; it must be a text`);
}

function onlyKeys(value: Json, allowed: readonly string[], path: string): void {
  const unknown = Object.keys(value).filter((key) => !allowed.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.map((key) => (path === "" ? key : `${path}.${key}`)).join(", ");
  fail(names, `is not applied here; known are ${allowed.join(", ")}`);
}

/** Kinds only: a value may be a secret. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return "absent";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

function fail(path: string, problem: string): never {
  throw new ClusterError(`bank-vaults configuration: ${path} ${problem}`);
}
