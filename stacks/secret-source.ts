import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { ITerraformDependable } from "cdktf";
import { bootstrapAddresses, googleProvider } from "../constructs/gke";
import { existingNamespace, type INamespace, type NetworkFlows } from "../constructs/kubernetes";
import type { SecretSource, WritableSecrets } from "../constructs/secrets";
import { GoogleSecretManagerSecrets, OnePasswordSecrets, OnePasswordStore } from "../constructs/secrets";
import type { VaultSecrets } from "../constructs/vault";
import { closest, type Environment } from "../environments/schema";
import { platformNamespaces, serviceNamespaces } from "./namespaces";
import { googleApisOf } from "./outside";
import { type GkeEnvironment, isGke, type PlatformStack } from "./platform-stack";

/** The source of an environment. */
export interface AddedSource {
  readonly secrets: SecretSource;
  /** The same, where the platform writes the values; a person does in 1Password. */
  readonly writable?: WritableSecrets;
}

/** Name by which a stack of several google providers tells the one that acts as the identity which applies. */
const applyAlias = "apply";

/**
 * Where the services of an environment ask for secrets. Vault stays for what only it can do, certificates and audited
 * logins; short-lived database credentials need stored administrators, so they come with Vault as the source.
 *
 * @param stack the secrets layer, which writes them
 */
export function addSecretSource(stack: PlatformStack, vault: VaultSecrets): AddedSource {
  const { environment } = stack;
  const { source, versions } = environment.secrets;
  const common = { versions, suggest: closest };
  switch (source.kind) {
    case "vault":
      return { secrets: vault, writable: vault };
    case "onepassword":
      return { secrets: new OnePasswordSecrets(stack, "OnePassword", common) };
    case "google-secret-manager":
      if (!isGke(environment)) {
        throw new Error(`${source.kind} in ${environment.name}, which the schema refuses`);
      }
      return googleSource(stack, environment, common);
    default:
      return source satisfies never;
  }
}

/** The provider of the secrets layer that acts as the identity which applies: its other one acts as whoever runs Terraform. */
export function applyProvider(stack: PlatformStack, { name, target }: GkeEnvironment): GoogleProvider {
  const existing = stack.node.tryFindChild(`Google-${applyAlias}`);
  if (existing instanceof GoogleProvider) {
    return existing;
  }
  const place = { environment: name, project: target.project, region: target.region };
  const { applyIdentity } = bootstrapAddresses(stack, place);
  return googleProvider(stack, { ...place, impersonate: applyIdentity, alias: applyAlias });
}

function googleSource(...args: Parameters<typeof googleSecrets>): AddedSource {
  const secrets = googleSecrets(...args);
  return { secrets, writable: secrets };
}

function googleSecrets(
  stack: PlatformStack,
  environment: GkeEnvironment,
  common: { readonly versions: Environment["secrets"]["versions"]; readonly suggest: typeof closest },
): GoogleSecretManagerSecrets {
  const { name, target, google } = environment;
  const { project, region } = target;
  const { keys } = bootstrapAddresses(stack, { environment: name, project, region });
  const provider = applyProvider(stack, environment);
  return new GoogleSecretManagerSecrets(stack, "SecretManager", {
    ...common,
    environment: name,
    project,
    region,
    provider,
    cluster: { name, location: region },
    // The key of the same values where they are Kubernetes Secrets.
    kmsKey: google.cluster.ownKeys ? keys.etcd : undefined,
  });
}

/** Makes the store of the whole cluster where the source has one; the services' namespaces may use it. */
export function addClusterStore(stack: PlatformStack): ITerraformDependable | undefined {
  const { source } = stack.environment.secrets;
  if (source.kind !== "onepassword") {
    return undefined;
  }
  const { connectHost, vaults } = source;
  return new OnePasswordStore(stack, "OnePasswordStore", {
    namespace: existingNamespace(platformNamespaces.externalSecrets),
    connectHost,
    vaults,
    namespaces: serviceNamespaces(stack.environment),
  }).resource;
}

/**
 * Lets External Secrets reach a source outside the cluster; Vault's own row is with Vault.
 *
 * @param namespace that of External Secrets, which the same stack makes
 */
export function allowSecretSource(flows: NetworkFlows, environment: Environment, namespace: INamespace): void {
  const { source } = environment.secrets;
  const from = { namespace, name: "external-secrets" };
  if (source.kind === "google-secret-manager") {
    flows.allow({ from, to: googleApisOf(environment), ports: [443], reason: "reads secrets from Secret Manager" });
  }
  if (source.kind === "onepassword") {
    const { cidrs, connectHost } = source;
    const port = Number(new URL(connectHost).port || 443);
    flows.allow({ from, to: { name: "onepassword", cidrs }, ports: [port], reason: "reads secrets from 1Password" });
  }
}
