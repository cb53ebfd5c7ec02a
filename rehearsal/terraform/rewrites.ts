import { join } from "node:path";
import type { Block, StackJson } from "../../stacks/stack-json";
import { providerSource } from "../../stacks/stack-json";

/** What a rehearsal puts in the place of what an environment names. */
export interface RehearsalTargets {
  /** File of the rehearsed cluster's kubeconfig. */
  readonly kubeconfig: string;
  readonly context: string;
  /** File with the CA that signed the certificate at {@link RehearsalTargets.vaultAddress}. */
  readonly vaultCaFile: string;
  /** Address under which Terraform reaches Vault. */
  readonly vaultAddress: string;
  /** Folder that stands for the root of the file system of Vault's pod. */
  readonly vaultRoot: string;
  /** Whether that address leads through the API server's service proxy, which wants a token of its own. */
  readonly vaultThroughProxy: boolean;
  /** Version of each provider that is there, by source such as `hashicorp/vault`. */
  readonly providers: ReadonlyMap<string, string>;
  /** Folder or file of each chart, by name. */
  readonly charts: ReadonlyMap<string, string>;
}

/** One kind of change to the copy of the JSON that is rehearsed. */
export interface Rewrite {
  readonly name: string;
  /** What is changed, one sentence for the report. */
  readonly description: string;
  /** Changes the stack and tells whether there was anything to change. */
  apply(stack: StackJson, targets: RehearsalTargets): boolean;
}

const backend: Rewrite = {
  name: "backend",
  description: "state is kept in a file of the rehearsal",
  apply(stack) {
    stack.terraform.backend = { local: { path: "terraform.tfstate" } };
    return true;
  },
};

const endpoint: Rewrite = {
  name: "endpoint",
  description: "the kubernetes and helm providers reach the API server of the rehearsal",
  apply(stack, { kubeconfig, context }) {
    const access = { config_path: kubeconfig, config_context: context };
    const { kubernetes, helm } = stack.provider;
    for (const provider of kubernetes ?? []) {
      delete provider.host;
      delete provider.exec;
      Object.assign(provider, access);
    }
    for (const provider of helm ?? []) {
      provider.kubernetes = access;
    }
    if (stack.data) {
      delete stack.data.terraform_remote_state;
      // Terraform refuses an object without a block in it.
      if (Object.keys(stack.data).length === 0) delete stack.data;
    }
    return kubernetes !== undefined || helm !== undefined;
  },
};

const credentials: Rewrite = {
  name: "credentials",
  description: "a token of the service account stands for the one of the Google identity at the service proxy",
  apply(stack) {
    const { ephemeral } = stack;
    const google = ephemeral?.google_service_account_access_token;
    if (!google || !ephemeral) {
      return false;
    }
    delete ephemeral.google_service_account_access_token;
    const requests = ephemeral.kubernetes_token_request_v1 ?? {};
    ephemeral.kubernetes_token_request_v1 = requests;
    const login = Object.values(requests)[0];
    for (const name of Object.keys(google)) {
      requests[name] = { metadata: login?.metadata, spec: { expiration_seconds: 600 } };
      replaceText(
        stack,
        `google_service_account_access_token.${name}.access_token`,
        `kubernetes_token_request_v1.${name}.token`,
      );
    }
    delete stack.provider.google;
    delete stack.terraform.required_providers.google;
    return true;
  },
};

const vault: Rewrite = {
  name: "vault address",
  description: "the vault provider reaches Vault through the API server of the rehearsal",
  apply(stack, { vaultAddress, vaultThroughProxy, vaultCaFile }) {
    for (const provider of stack.provider.vault ?? []) {
      provider.address = vaultAddress;
      provider.ca_cert_file = vaultCaFile;
      if (!vaultThroughProxy) {
        delete provider.headers;
      }
    }
    return stack.provider.vault !== undefined;
  },
};

const auditFiles: Rewrite = {
  name: "audit files",
  description: "Vault writes its audit log to a file of the rehearsal",
  apply(stack, { vaultRoot }) {
    let changed = false;
    for (const device of Object.values(stack.resource?.vault_audit ?? {})) {
      const options = device.options as { file_path?: string } | undefined;
      if (options?.file_path?.startsWith("/")) {
        options.file_path = join(vaultRoot, options.file_path);
        changed = true;
      }
    }
    return changed;
  },
};

const charts: Rewrite = {
  name: "charts",
  description: "charts are read from folders instead of their repositories",
  apply(stack, targets) {
    let changed = false;
    for (const release of Object.values(stack.resource?.helm_release ?? {})) {
      const path = targets.charts.get(String(release.chart));
      if (path !== undefined) {
        release.chart = path;
        delete release.repository;
        delete release.version;
        changed = true;
      }
    }
    return changed;
  },
};

const versions: Rewrite = {
  name: "provider versions",
  description: "constraints name the provider versions that are there",
  apply(stack, { providers }) {
    let changed = false;
    for (const [name, required] of Object.entries(stack.terraform.required_providers)) {
      const there = providers.get(providerSource(required.source));
      if (there === undefined) {
        throw new Error(`provider ${name} (${required.source}) was not prepared`);
      }
      changed ||= there !== required.version;
      required.version = there;
    }
    return changed;
  },
};

/** Arguments of `helm_release` that came with version 3 of the provider and that the platform sets. */
const helm3Arguments = ["upgrade_install"];

const helmArguments: Rewrite = {
  name: "helm arguments",
  description: `arguments that the older helm provider does not know are left out: ${helm3Arguments.join(", ")}`,
  apply(stack, { providers }) {
    if (Number.parseInt(providers.get("hashicorp/helm") ?? "3", 10) >= 3) {
      return false;
    }
    let changed = false;
    for (const release of Object.values(stack.resource?.helm_release ?? {})) {
      for (const argument of helm3Arguments) {
        changed ||= argument in release;
        delete release[argument];
      }
    }
    return changed;
  },
};

/** Every change that a rehearsal makes to the JSON of an environment, in the order in which they are made. */
export const rewrites: readonly Rewrite[] = [
  backend,
  endpoint,
  credentials,
  vault,
  auditFiles,
  charts,
  versions,
  helmArguments,
];

/** A rewritten copy of a stack and the names of the rewrites that changed something. */
export function rewriteStack(
  stack: StackJson,
  targets: RehearsalTargets,
): { readonly stack: StackJson; readonly applied: readonly string[] } {
  const copy = structuredClone(stack);
  const applied = rewrites.filter((rewrite) => rewrite.apply(copy, targets)).map(({ name }) => name);
  return { stack: copy, applied };
}

/** Replaces a text wherever it stands in the providers of a stack, where expressions on ephemeral values may be. */
function replaceText(stack: StackJson, from: string, to: string): void {
  for (const [name, blocks] of Object.entries(stack.provider)) {
    stack.provider[name] = JSON.parse(JSON.stringify(blocks).replaceAll(from, to)) as Block[];
  }
}
