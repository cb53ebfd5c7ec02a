import type { DeploySettingsProps } from "../../../../constructs/terraform";
import { PlatformError } from "../../../../constructs/terraform";
import { Pki, PkiIssuer, PkiIssuerAccess, pkiAccess, pkiSignPath } from "../../../../constructs/vault";
import { objectsOf, releasesOf } from "../../../support/releases";
import { lake, testStack } from "../../../support/test-stack";
import { all, documentOf, only } from "../../gke/synthesized";

function pki(namespaces: readonly string[] = ["lake", "jobs"], settings?: DeploySettingsProps) {
  const stack = testStack(settings);
  new Pki(stack, "Pki", { namespaces });
  return stack;
}

describe("Pki", () => {
  it("makes both keys inside Vault, so that no state can hold one", () => {
    const stack = pki();
    expect(only(stack, "vault_pki_secret_backend_root_cert")).toMatchObject({ type: "internal", key_type: "ec" });
    expect(only(stack, "vault_pki_secret_backend_intermediate_cert_request")).toMatchObject({
      type: "internal",
      key_type: "ec",
    });
    const kinds = Object.keys(documentOf(stack).resource ?? {}).filter((kind) => kind.includes("_pki_"));
    expect(kinds.sort()).toEqual([
      "vault_pki_secret_backend_config_auto_tidy",
      "vault_pki_secret_backend_config_urls",
      "vault_pki_secret_backend_crl_config",
      "vault_pki_secret_backend_intermediate_cert_request",
      "vault_pki_secret_backend_intermediate_set_signed",
      "vault_pki_secret_backend_role",
      "vault_pki_secret_backend_root_cert",
      "vault_pki_secret_backend_root_sign_intermediate",
    ]);
  });

  it("gives the intermediate back to Vault with the root beside it, so that clients get the whole chain", () => {
    const stack = pki();
    expect(only(stack, "vault_pki_secret_backend_root_sign_intermediate")).toMatchObject({
      backend: expect.stringContaining("{vault_mount.Pki_RootMount"),
      issuer_ref: expect.stringMatching(/root_cert\.Pki_Root\w*\.issuer_id}$/),
      csr: expect.stringMatching(/cert_request\.Pki_IntermediateRequest\w*\.csr}$/),
      max_path_length: 0,
    });
    expect(only(stack, "vault_pki_secret_backend_intermediate_set_signed")).toMatchObject({
      backend: expect.stringContaining("{vault_mount.Pki_IntermediateMount"),
      certificate: expect.stringMatching(/sign_intermediate\.\w+\.certificate_bundle}$/),
    });
  });

  it("writes the addresses of issuer and revoked certificates before anything is signed", () => {
    const stack = pki();
    const vault = "https://vault-active.vault.svc:8200/v1";
    expect(all(stack, "vault_pki_secret_backend_config_urls")).toMatchObject(
      ["pki", "pki-int"].map((mount) => ({
        enable_templating: true,
        issuing_certificates: [`${vault}/${mount}/issuer/{{issuer_id}}/der`],
        crl_distribution_points: [`${vault}/${mount}/issuer/{{issuer_id}}/crl/der`],
      })),
    );
    expect(only(stack, "vault_pki_secret_backend_root_sign_intermediate").depends_on).toEqual([
      expect.stringContaining("config_urls.Pki_RootUrls"),
    ]);
    expect(only(stack, "vault_pki_secret_backend_role").depends_on).toContainEqual(
      expect.stringContaining("config_urls.Pki_Urls"),
    );
  });

  it("renews the lists of revoked certificates by itself and throws away what has ended", () => {
    const stack = pki();
    const lists = all(stack, "vault_pki_secret_backend_crl_config");
    const tidied = all(stack, "vault_pki_secret_backend_config_auto_tidy");
    expect([lists.length, tidied.length]).toEqual([2, 2]);
    for (const list of lists) {
      expect(list).toMatchObject({ auto_rebuild: true });
    }
    for (const tidy of tidied) {
      expect(tidy).toMatchObject({ enabled: true, tidy_cert_store: true, tidy_revoked_certs: true });
    }
  });

  it("signs names of services of the namespaces and nothing else", () => {
    expect(only(pki(), "vault_pki_secret_backend_role")).toMatchObject({
      name: "services",
      allowed_domains: ["jobs.svc", "lake.svc"],
      allow_subdomains: true,
      allow_any_name: false,
      allow_bare_domains: false,
      allow_glob_domains: false,
      allow_ip_sans: false,
      allow_localhost: false,
      allow_wildcard_certificates: false,
      enforce_hostnames: true,
      require_cn: false,
      server_flag: true,
      client_flag: true,
      code_signing_flag: false,
      email_protection_flag: false,
      max_ttl: String(90 * 24 * 3600),
    });
  });

  it.each(["*", "a.b", "Lake", ""])("refuses the namespace %j", (name) => {
    expect(() => pki(["lake", name])).toThrow(PlatformError);
  });

  it("cannot be destroyed unless the environment allows it", () => {
    const kept = (stack: ReturnType<typeof pki>) =>
      ["mount", "pki_secret_backend_root_cert", "pki_secret_backend_intermediate_set_signed"].flatMap((kind) =>
        all(stack, `vault_${kind}`).map(({ lifecycle }) => lifecycle),
      );
    expect(kept(pki())).toEqual(Array(4).fill({ prevent_destroy: true }));
    expect(kept(pki(["lake"], { allowDestroy: true }))).toEqual(Array(4).fill(undefined));
  });
});

describe("cert-manager's way to Vault", () => {
  function access() {
    const stack = testStack();
    new PkiIssuerAccess(stack, "Access", { namespace: lake, controller: "cert-manager" });
    new PkiIssuer(stack, "Issuer", { namespace: lake });
    return stack;
  }

  it("is a role for one account, whose policy is the path that signs", () => {
    const stack = access();
    expect(only(stack, "vault_kubernetes_auth_backend_role")).toMatchObject({
      role_name: "vault-services",
      bound_service_account_names: ["vault-services-issuer"],
      bound_service_account_namespaces: ["lake"],
      audience: "vault",
      token_max_ttl: 300,
    });
    expect(only(stack, "vault_policy").policy).toBe('path "pki-int/sign/services" {\n  capabilities = ["update"]\n}\n');
  });

  it("is a token that the controller alone may take, of that one account", () => {
    const stack = access();
    expect(only(stack, "kubernetes_role_v1").rule).toEqual([
      {
        api_groups: [""],
        resources: ["serviceaccounts/token"],
        resource_names: ["vault-services-issuer"],
        verbs: ["create"],
      },
    ]);
    expect(only(stack, "kubernetes_role_binding_v1").subject).toEqual([
      { kind: "ServiceAccount", name: "cert-manager", namespace: "lake" },
    ]);
    expect(only(stack, "kubernetes_service_account_v1").automount_service_account_token).toBe(false);
  });

  it("is a ClusterIssuer that agrees with both", () => {
    const stack = access();
    const role = only(stack, "vault_kubernetes_auth_backend_role");
    const [account] = role.bound_service_account_names as readonly string[];
    const [issuer] = objectsOf(releasesOf(stack));
    expect(issuer).toEqual({
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: pkiAccess.issuer },
      spec: {
        vault: {
          server: "https://vault-active.vault.svc:8200",
          path: pkiSignPath,
          caBundleSecretRef: { name: "platform-ca", key: "ca.crt" },
          auth: {
            kubernetes: {
              mountPath: "/v1/auth/kubernetes",
              role: role.role_name,
              serviceAccountRef: { name: account, audiences: [role.audience] },
            },
          },
        },
      },
    });
  });
});
