import { unusedKinds } from "../../policies/vault/eso-03-unused-kinds";
import { narrowFlows } from "../../policies/vault/eso-04-narrow-flows";
import { ownStack } from "../../policies/vault/vcf-01-own-stack";
import { recoveryKeys } from "../../policies/vault/vcf-03-recovery-keys";
import { auditFirst } from "../../policies/vault/vcf-04-audit-first";
import { ownReviewer } from "../../policies/vault/vcf-05-own-reviewer";
import { exactRoles } from "../../policies/vault/vcf-06-exact-roles";
import { narrowPolicies } from "../../policies/vault/vcf-07-narrow-policies";
import { boundedVersions } from "../../policies/vault/vcf-08-bounded-versions";
import { requestQuotas } from "../../policies/vault/vcf-09-request-quotas";
import type { Block, Blocks } from "../../stacks/stack-json";
import { cloud, describeRule, expression, release, resource, stackOf } from "./hand-made";
import { onCloud, servers } from "./hand-made-servers";

const beside = stackOf({ resource: { ...servers().json.resource, vault_mount: { A: { path: "a" } } } });

describeRule(ownStack, {
  violates: [["a mount beside the servers", beside, "a vault_mount is beside the release of the servers"]],
  complies: [["a mount elsewhere", [resource("vault_mount", {}), servers()]]],
  doesNotApply: [["servers alone", servers()]],
});

const google = "--mode=google-cloud-kms-gcs";
const parts = ["--secret-shares=5", "--secret-threshold=3"];
const sidecar = (...args: readonly string[]) =>
  onCloud({ server: { extraContainers: [{ name: "keeper", command: ["bank-vaults"], args }] } });
const bootstrapJob = (...command: readonly string[]) =>
  resource(
    "kubernetes_job_v1",
    { spec: { template: { spec: { init_container: [{ name: "configure", command }], container: [] } } } },
    { environment: cloud },
  );

describeRule(recoveryKeys, {
  violates: [
    ["a Secret", sidecar("unseal", "--mode=k8s", ...parts), "keeps keys by k8s"],
    ["no mode", sidecar("unseal", ...parts), "keeps keys by no mode"],
    ["a Secret beside the bucket", sidecar(google, "--k8s-secret-name=a"), "has --k8s-secret-name=a"],
    ["one part", sidecar("unseal", google, "--secret-shares=1", "--secret-threshold=1"), "makes 1 shares"],
    ["one that opens", sidecar("unseal", google, "--secret-shares=5", "--secret-threshold=1"), "opens with 1 shares"],
    ["the default number", sidecar("unseal", google), "makes no number of shares"],
    ["a job with a Secret", bootstrapJob("bank-vaults", "configure", "--mode=k8s"), "keeps keys by k8s"],
  ],
  complies: [
    ["five parts in a bucket", sidecar("unseal", google, ...parts)],
    ["a job that initializes nothing", bootstrapJob("sh", "-c", 'exec bank-vaults "$@"', "configure", google)],
  ],
  doesNotApply: [
    ["a laptop", servers({ server: { extraContainers: [{ command: ["bank-vaults"], args: ["--mode=k8s"] }] } })],
    ["other jobs", bootstrapJob("sh", "a.sh")],
  ],
});

const file = (path: string): Block => ({ type: "file", options: { file_path: path } });
const both = { File: file("/vault/audit"), Stdout: file("stdout") };
const after = ["vault_audit.File", "vault_audit.Stdout"];
const configuration = (vault: Blocks) => stackOf({ resource: vault }, { layer: "secrets" });

describeRule(auditFirst, {
  violates: [
    ["no device", configuration({ vault_mount: { A: {} } }), "there are 0 sinks, and two are needed"],
    ["one device", configuration({ vault_audit: { File: file("a") } }), "there are 1 sinks, and two are needed"],
    [
      "one sink twice",
      configuration({ vault_audit: { File: file("a"), Stdout: file("a") } }),
      "there are 1 sinks, and two are needed",
    ],
    [
      "a mount that does not wait",
      configuration({ vault_audit: both, vault_mount: { A: {} } }),
      "does not wait for vault_audit.File",
    ],
    [
      "a mount that waits for one",
      configuration({ vault_audit: both, vault_mount: { A: { depends_on: ["vault_audit.File"] } } }),
      "does not wait for vault_audit.Stdout",
    ],
    [
      "OpenBao with one",
      openbao('audit "file" "a" { options { file_path = "stdout" } }'),
      "there are 1 sinks, and two are needed",
    ],
  ],
  complies: [
    ["a mount after both", configuration({ vault_audit: both, vault_mount: { A: { depends_on: after } } })],
    [
      "a role behind a policy that waits",
      configuration({
        vault_audit: both,
        vault_policy: { A: { depends_on: after } },
        vault_kubernetes_auth_backend_role: { A: { token_policies: [expression("vault_policy.A.name")] } },
      }),
    ],
    [
      "OpenBao with two",
      openbao('audit "file" "a" { options { file_path = "a" } }\naudit "file" "b" { options { file_path = "b" } }'),
    ],
  ],
  doesNotApply: [["a stack without Vault", stackOf({})]],
});

function openbao(config: string) {
  return { ...servers({ config, block: { chart: "openbao" } }), layer: "vault" as const };
}

const bootstrap = (files: Record<string, string>, document: object = {}) =>
  resource("kubernetes_config_map_v1", { data: { "vault-config.json": JSON.stringify(document), ...files } });
const auth = (config: object) => bootstrap({}, { auth: [{ type: "kubernetes", path: "kubernetes", config }] });
const host = { kubernetes_host: "https://kubernetes.default.svc" };

describeRule(ownReviewer, {
  violates: [
    ["a token", auth({ ...host, token_reviewer_jwt: "a" }), "token_reviewer_jwt is set"],
    ["another host", auth({ kubernetes_host: "https://example.com" }), 'kubernetes_host is "https://example.com"'],
    ["no token of its own", auth({ ...host, disable_local_ca_jwt: true }), "disable_local_ca_jwt is true"],
    [
      "a token by Terraform",
      resource("vault_kubernetes_auth_backend_config", { ...host, token_reviewer_jwt: "a" }),
      "token_reviewer_jwt is set",
    ],
  ],
  complies: [["the servers' own account", auth(host)]],
  doesNotApply: [["another method", bootstrap({}, { auth: [{ type: "userpass" }] })]],
});

const person = (changes: Block = {}) =>
  resource("vault_jwt_auth_backend_role", {
    bound_audiences: ["client"],
    bound_claims: { groups: "platform" },
    token_max_ttl: 28800,
    ...changes,
  });

describeRule(exactRoles, {
  violates: [
    ["people of every client", person({ bound_audiences: [] }), "audiences are []"],
    ["people of every group", person({ bound_claims: undefined }), "bound_claims are absent"],
    ["a login for a week", person({ token_max_ttl: 604800 }), "tokens live 604800 seconds"],
    [
      "a login that knows nobody",
      resource("vault_approle_auth_backend_role", {}),
      "vault_approle_auth_backend_role binds no account of Kubernetes and no person",
    ],
    [
      "a role in a file of the bootstrap job",
      bootstrap({ "a.json": '{"audience":"vault"}' }),
      "service accounts are []",
    ],
  ],
  complies: [["people of a group for a working day", person()]],
  doesNotApply: [["a policy", resource("vault_policy", {})]],
});

const policy = (path: string, capability = "read") => `path "${path}" {\n  capabilities = ["${capability}"]\n}\n`;
const consumer = (path: string, capability?: string) =>
  resource("vault_policy", { name: "a", policy: policy(path, capability) });

describeRule(narrowPolicies, {
  violates: [
    ["a policy in a file of the bootstrap job", bootstrap({ "a.hcl": policy("a", "sudo") }), '"a" has sudo'],
    ["a consumer of Vault itself", consumer("sys/mounts"), '"sys/mounts" is of Vault itself'],
    ["a reader that writes", consumer("platform/data/a", "update"), '"platform/data/a" has update'],
    ["credentials that are changed", consumer("database/creds/a", "delete"), '"database/creds/a" has delete'],
  ],
  complies: [
    ["credentials for a time", consumer("database/creds/a")],
    ["what cert-manager has signed", consumer("pki-int/sign/services", "update")],
  ],
  doesNotApply: [["a role", resource("vault_kubernetes_auth_backend_role", {})]],
});

/** A mount, and what is set about its versions. */
function mount(changes: Block = {}, settings: Block | undefined = { max_versions: 10 }, environment = cloud) {
  return stackOf(
    {
      resource: {
        vault_mount: {
          A: { path: "a", type: "kv", options: { version: "2" }, lifecycle: { prevent_destroy: true }, ...changes },
        },
        vault_kv_secret_backend_v2: settings ? { A: { mount: expression("vault_mount.A.path"), ...settings } } : {},
      },
    },
    { environment },
  );
}

describeRule(boundedVersions, {
  violates: [
    ["version 1", mount({ options: { version: "1" } }), 'options.version is "1"'],
    [
      "no settings",
      mount({}, { mount: "other", max_versions: 1 }),
      "0 vault_kv_secret_backend_v2 set its number of versions",
    ],
    ["no bound", mount({}, { max_versions: 0 }), "max_versions is 0"],
    ["writes that name their version", mount({}, { max_versions: 1, cas_required: true }), "cas_required is true"],
    ["no protection", mount({ lifecycle: undefined }), "lifecycle.prevent_destroy is absent"],
  ],
  complies: [
    ["ten versions", mount()],
    ["a mount by its path", mount({}, { mount: "a", max_versions: 1 })],
    ["a laptop, which may lose it", mount({ lifecycle: undefined }, undefined, { ...cloud, allowDestroy: true })],
  ],
  doesNotApply: [["another engine", mount({ type: "pki" })]],
});

const prod = { layer: "secrets", environment: { ...cloud, tier: "prod" } } as const;

describeRule(requestQuotas, {
  violates: [
    ["no limit", stackOf({}, prod), "0 limits hold for all of Vault"],
    [
      "a limit of one mount",
      resource("vault_quota_rate_limit", { path: "a", rate: 1 }, prod),
      "0 limits hold for all of Vault",
    ],
    ["no rate", resource("vault_quota_rate_limit", { rate: 0 }, prod), "rate is 0"],
  ],
  complies: [["a limit for all", resource("vault_quota_rate_limit", { path: "", rate: 500 }, prod)]],
  doesNotApply: [["dev", stackOf({}, { layer: "secrets", environment: { ...cloud, tier: "dev" } as typeof cloud })]],
});

const off = {
  processClusterExternalSecret: false,
  processClusterStore: false,
  processClusterPushSecret: false,
  processPushSecret: false,
};
const operator = (values: object) => release({ chart: "external-secrets" }, values);

describeRule(unusedKinds, {
  violates: [
    ["the chart's defaults", operator({}), "processClusterStore is absent"],
    ["stores of the cluster", operator({ ...off, processClusterStore: true }), "processClusterStore is true"],
  ],
  complies: [["all off", operator(off)]],
  doesNotApply: [["another chart", release({}, {})]],
});

const peer = (name: string) => ({ namespace_selector: { match_labels: { "kubernetes.io/metadata.name": name } } });
const flow = (spec: object, namespace = "external-secrets") =>
  resource("kubernetes_network_policy_v1", { metadata: { namespace }, spec });
const out = (to: object | undefined, port: string) => flow({ egress: [{ to: to && [to], ports: [{ port }] }] });
const into = (port: string) => flow({ ingress: [{ from: [peer("kube-system")], ports: [{ port }] }] });

describeRule(narrowFlows, {
  violates: [
    ["another service", out(peer("lake"), "8200"), `lets it call ${JSON.stringify(peer("lake"))} on 8200`],
    ["another port of Vault", out(peer("vault"), "8201"), `lets it call ${JSON.stringify(peer("vault"))} on 8201`],
    [
      "the internet",
      out({ ip_block: { cidr: "0.0.0.0/0" } }, "443"),
      'lets it call {"ip_block":{"cidr":"0.0.0.0/0"}} on 443',
    ],
    [
      "the internet of IPv6",
      out({ ip_block: { cidr: "::/0" } }, "443"),
      'lets it call {"ip_block":{"cidr":"::/0"}} on 443',
    ],
    ["everybody", out(undefined, "443"), "lets it call everybody"],
    ["callers of its metrics", into("8080"), "lets others call 8080"],
    ["callers from everywhere", flow({ ingress: [{ ports: [{ port: "10250" }] }] }), "lets everybody call it"],
  ],
  complies: [
    ["Vault", out(peer("vault"), "8200")],
    ["the API server", out({ ip_block: { cidr: "172.16.0.0/12" } }, "6443")],
    ["DNS on the node", out({ ip_block: { cidr: "169.254.20.10/32" } }, "53")],
    ["the webhook", into("10250")],
    ["nobody", flow({ policy_types: ["Ingress", "Egress"] })],
  ],
  doesNotApply: [["another namespace", flow({ egress: [{}] }, "lake")]],
});
