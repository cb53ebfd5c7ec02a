import { stableVersion } from "../../policies/vault/eso-01-stable-version";
import { namespacedStores } from "../../policies/vault/eso-02-namespaced-stores";
import { ownAccount } from "../../policies/vault/eso-05-own-account";
import { exactRoles } from "../../policies/vault/vcf-06-exact-roles";
import { narrowPolicies } from "../../policies/vault/vcf-07-narrow-policies";
import type { Block } from "../../stacks/stack-json";
import { delivery, describeRule, release, resource } from "./hand-made";

const role = (changed: Block = {}) =>
  resource("vault_kubernetes_auth_backend_role", {
    role_name: "lake-reader",
    bound_service_account_names: ["reader"],
    bound_service_account_namespaces: ["lake"],
    audience: "vault",
    token_max_ttl: 1200,
    ...changed,
  });
const bootstrap = (document: object) =>
  resource("kubernetes_config_map_v1", { data: { "vault-config.json": JSON.stringify(document) } });
const bootstrapRole = {
  name: "terraform",
  bound_service_account_names: ["terraform"],
  bound_service_account_namespaces: ["vault"],
  audience: "vault",
  max_ttl: "20m",
};

describeRule(exactRoles, {
  violates: [
    ["any account", role({ bound_service_account_names: ["*"] }), 'service accounts are ["*"]'],
    ["no account", role({ bound_service_account_names: undefined }), "service accounts are []"],
    ["any namespace", role({ bound_service_account_namespaces: ["lake", "*"] }), 'namespaces are ["lake","*"]'],
    ["no audience", role({ audience: undefined }), "audience is absent"],
    ["an empty audience", role({ audience: "" }), 'audience is ""'],
    ["two hours", role({ token_max_ttl: 7200 }), "tokens live 7200 seconds"],
    ["no limit", role({ token_max_ttl: undefined }), "tokens live without a limit"],
    [
      "two hours in the bootstrap job",
      bootstrap({ auth: [{ roles: [{ ...bootstrapRole, max_ttl: "2h" }] }] }),
      "tokens live 7200 seconds",
    ],
  ],
  complies: [
    ["exact names", role()],
    ["a role of the bootstrap job", bootstrap({ auth: [{ roles: [bootstrapRole] }] })],
  ],
  doesNotApply: [["another config map", resource("kubernetes_config_map_v1", { data: { a: "b" } })]],
});

const rule = (path: string, ...capabilities: readonly string[]) =>
  `path "${path}" {\n  capabilities = ${JSON.stringify(capabilities)}\n}\n`;
const policy = (text: string) => resource("vault_policy", { name: "lake-reader", policy: text });

describeRule(narrowPolicies, {
  violates: [
    ["sudo", policy(rule("platform/data/a", "read", "sudo")), '"platform/data/a" has sudo'],
    ["everything", bootstrap({ policies: [{ name: "root", rules: rule("*", "read") }] }), '"*" is a wildcard'],
    [
      "everything of any mount",
      bootstrap({ policies: [{ name: "a", rules: rule("+/*", "read") }] }),
      '"+/*" is a wildcard',
    ],
    ["a wildcard of a consumer", policy(rule("platform/data/*", "read")), '"platform/data/*" is a wildcard'],
    ["a path behind a good one", policy(rule("a", "read") + rule("b", "sudo")), '"b" has sudo'],
    ["no capabilities", policy(rule("platform/data/a")), '"platform/data/a" states no capabilities'],
    ["text that is no policy", policy("allow all"), '"*" is a wildcard'],
  ],
  complies: [
    ["a path", policy(rule("platform/data/a", "read"))],
    [
      "a part of Vault for who configures it",
      bootstrap({ policies: [{ name: "t", rules: rule("+/data/*", "create") }] }),
    ],
  ],
  doesNotApply: [["another config map", resource("kubernetes_config_map_v1", { data: { a: "b" } })]],
});

const apiVersion = "external-secrets.io/v1";
const secret = { apiVersion, kind: "ExternalSecret", metadata: { name: "a" } };

describeRule(stableVersion, {
  violates: [
    [
      "a beta",
      delivery({ ...secret, apiVersion: "external-secrets.io/v1beta1" }),
      "apiVersion is external-secrets.io/v1beta1",
    ],
    [
      "a beta among the extra objects of a chart",
      release({}, { extraObjects: [{ ...secret, apiVersion: "external-secrets.io/v1alpha1" }] }),
      "apiVersion is external-secrets.io/v1alpha1",
    ],
  ],
  complies: [["the stable version", delivery(secret)]],
  doesNotApply: [["other objects", delivery({ ...secret, apiVersion: "v1" })]],
});

const clusterStore = { apiVersion, kind: "ClusterSecretStore", metadata: { name: "a" } };

describeRule(namespacedStores, {
  violates: [
    ["a store of the cluster", delivery(clusterStore), "is a ClusterSecretStore without conditions"],
    [
      "a secret of the cluster",
      delivery({ ...clusterStore, kind: "ClusterExternalSecret" }),
      "is a ClusterExternalSecret without conditions",
    ],
  ],
  complies: [
    ["a store of a namespace", delivery({ ...clusterStore, kind: "SecretStore" })],
    ["a store with conditions", delivery({ ...clusterStore, spec: { conditions: [{ namespaces: ["lake"] }] } })],
  ],
  doesNotApply: [["other objects", delivery({ apiVersion: "v1", kind: "A", metadata: { name: "a" } })]],
});

const store = (login: object) =>
  delivery({
    apiVersion,
    kind: "SecretStore",
    metadata: { name: "platform" },
    spec: {
      provider: {
        vault: {
          auth: {
            kubernetes: {
              role: "lake-reader",
              serviceAccountRef: { name: "reader", audiences: ["vault"] },
              ...login,
            },
          },
        },
      },
    },
  });

describeRule(ownAccount, {
  violates: [
    ["a role of nobody", store({}), 'logs in with the role "lake-reader", which no stack of laptop makes'],
    [
      "another audience",
      [store({ serviceAccountRef: { name: "reader", audiences: ["api"] } }), role()],
      'audiences are ["api"], and role lake-reader asks for "vault"',
    ],
    [
      "no audience",
      [store({ serviceAccountRef: { name: "reader" } }), role()],
      'audiences are absent, and role lake-reader asks for "vault"',
    ],
    [
      "an account that the role is not for",
      [store({ serviceAccountRef: { name: "other", audiences: ["vault"] } }), role()],
      'role lake-reader is not for the account "other" of lake',
    ],
    [
      "a role of another namespace",
      [store({}), role({ bound_service_account_namespaces: ["elsewhere"] })],
      'role lake-reader is not for the account "reader" of lake',
    ],
  ],
  complies: [["account and audience of its role", [store({}), role()]]],
  doesNotApply: [["secrets", delivery(secret)]],
});
