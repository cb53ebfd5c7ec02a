import type { ITerraformDependable } from "cdktf";
import { bootstrapAddresses, googleProvider } from "../constructs/gke";
import { existingNamespace, type NetworkFlows } from "../constructs/kubernetes";
import type { SecretSource } from "../constructs/secrets";
import { GoogleSecretManagerSecrets, OnePasswordSecrets, OnePasswordStore } from "../constructs/secrets";
import type { VaultSecrets } from "../constructs/vault";
import { closest, type Environment } from "../environments/schema";
import { platformNamespaces, serviceNamespaces } from "./namespaces";
import { googleApis } from "./outside";
import { type GkeEnvironment, isGke, type PlatformStack } from "./platform-stack";

/** Name by which a stack of several google providers tells the one that acts as the identity which applies. */
const applyAlias = "apply";

/**
 * Where the services of an environment ask for secrets. Vault stays for what only it can do, certificates and audited
 * logins; short-lived database credentials need stored administrators, so they come with Vault as the source.
 *
 * @param stack the secrets layer, which writes them
 */
export function addSecretSource(stack: PlatformStack, vault: VaultSecrets): SecretSource {
  const { environment } = stack;
  const { source, versions } = environment.secrets;
  const common = { versions, suggest: closest };
  switch (source.kind) {
    case "vault":
      return vault;
    case "onepassword":
      return new OnePasswordSecrets(stack, "OnePassword", common);
    case "google-secret-manager":
      if (!isGke(environment)) {
        throw new Error(`${source.kind} in ${environment.name}, which the schema refuses`);
      }
      return googleSecrets(stack, environment, common);
    default:
      return source satisfies never;
  }
}

function googleSecrets(
  stack: PlatformStack,
  { name, target }: GkeEnvironment,
  common: { readonly versions: Environment["secrets"]["versions"]; readonly suggest: typeof closest },
): GoogleSecretManagerSecrets {
  const { project, region, tier } = target;
  const place = { environment: name, project, region };
  const { applyIdentity, keys } = bootstrapAddresses(stack, place);
  // A provider of its own: the one that fetches the token for the proxy acts as whoever runs Terraform.
  const provider = googleProvider(stack, { ...place, impersonate: applyIdentity, alias: applyAlias });
  return new GoogleSecretManagerSecrets(stack, "SecretManager", {
    ...common,
    environment: name,
    project,
    region,
    provider,
    cluster: { name, location: region },
    // The key of the same values where they are Kubernetes Secrets.
    kmsKey: tier === "dev" ? undefined : keys.etcd,
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

/** Lets External Secrets reach a source outside the cluster; Vault's own row is with Vault. */
export function allowSecretSource(flows: NetworkFlows, { secrets: { source } }: Environment): void {
  const from = { namespace: existingNamespace(platformNamespaces.externalSecrets), name: "external-secrets" };
  if (source.kind === "google-secret-manager") {
    flows.allow({ from, to: googleApis, ports: [443], reason: "reads secrets from Secret Manager" });
  }
  if (source.kind === "onepassword") {
    const { cidrs, connectHost } = source;
    const port = Number(new URL(connectHost).port || 443);
    flows.allow({ from, to: { name: "onepassword", cidrs }, ports: [port], reason: "reads secrets from 1Password" });
  }
}
