import { providerFromOutside } from "../../policies/terraform/tf-07-provider-from-outside";
import { explicitCluster } from "../../policies/terraform/tf-08-explicit-cluster";
import { shortLivedCredentials } from "../../policies/terraform/tf-09-short-lived-credentials";
import { caWherePrivate } from "../../policies/terraform/tf-10-ca-where-private";
import { noToken } from "../../policies/vault/vcf-02-no-token";
import { cloud, describeRule, expression, release, stackOf } from "./hand-made";

const host = "https://cluster.example.com";
const dnsHost = expression("data.terraform_remote_state.Cluster.outputs.dns_endpoint");
const exec = [{ api_version: "client.authentication.k8s.io/v1beta1", command: "gke-gcloud-auth-plugin" }];
const kubeconfig = { config_path: "~/.kube/config", config_context: "kind-laptop" };

const kubernetes = (block: object, environment?: typeof cloud) =>
  stackOf({ provider: { kubernetes: [{ ...block }] } }, { environment });
const helm = (access: object, environment?: typeof cloud) =>
  stackOf({ provider: { helm: [{ kubernetes: access }] } }, { environment });
const vault = (block: object) => stackOf({ provider: { vault: [{ ...block }] } });

describeRule(providerFromOutside, {
  violates: [
    [
      "a cluster of the same stack",
      stackOf({
        provider: { kubernetes: [{ host: expression("google_container_cluster.Main.endpoint") }] },
        resource: { google_container_cluster: { Main: {} } },
      }),
      "host refers to google_container_cluster.Main, which this stack makes",
    ],
  ],
  complies: [
    [
      "data and ephemeral values of the same name",
      stackOf({
        provider: {
          kubernetes: [{ host: expression("data.google_container_cluster.Main.endpoint") }],
          vault: [{ token: expression("ephemeral.google_container_cluster.Main.token") }],
        },
        resource: { google_container_cluster: { Main: {} } },
      }),
    ],
  ],
  doesNotApply: [["a stack without providers", release()]],
});

describeRule(explicitCluster, {
  violates: [
    ["an empty provider", kubernetes({}), "config_path is absent"],
    [
      "the current context",
      helm({ config_path: "~/.kube/config" }),
      'config_context is absent, and the environment\'s is "kind-laptop"',
    ],
    [
      "the context of another environment",
      kubernetes({ ...kubeconfig, config_context: "kind-other" }),
      'config_context is "kind-other", and the environment\'s is "kind-laptop"',
    ],
    ["no address in the cloud", helm({ exec }, cloud), "host is absent"],
    [
      "a laptop's context in the cloud",
      kubernetes({ host, config_context: "kind-laptop" }, cloud),
      'config_context is "kind-laptop" on a cluster of Google Cloud',
    ],
  ],
  complies: [
    ["file and context on a laptop", kubernetes(kubeconfig)],
    ["the same for helm", helm(kubeconfig)],
    ["an address in the cloud", helm({ host, exec }, cloud)],
  ],
  doesNotApply: [["a provider of something else", vault({ address: host })]],
});

describeRule(shortLivedCredentials, {
  violates: [
    ["a token", kubernetes({ host, token: expression("data.google_client_config.Me.access_token") }), "token is set"],
    ["no plugin", helm({ host }), "exec.command is absent"],
  ],
  complies: [
    ["a plugin", kubernetes({ host, exec })],
    ["a plugin of the helm provider", helm({ host, exec: exec[0] })],
  ],
  doesNotApply: [["a kubeconfig", kubernetes(kubeconfig)]],
});

describeRule(caWherePrivate, {
  violates: [
    [
      "a CA for a public certificate",
      kubernetes({ host: dnsHost, cluster_ca_certificate: "pem" }),
      "cluster_ca_certificate is set although the endpoint is publicly signed",
    ],
    ["no CA for an address", helm({ host }), "cluster_ca_certificate is absent for https://cluster.example.com"],
    [
      "Vault through an API server whose CA nobody knows",
      vault({ address: expression('file("endpoint")') }),
      `ca_cert_file is absent for ${expression('file("endpoint")')}`,
    ],
    [
      "an unverified certificate",
      vault({ address: host, ca_cert_file: "ca.crt", skip_tls_verify: true }),
      "the certificate is not verified",
    ],
    ["an unverified cluster", kubernetes({ host: dnsHost, insecure: true }), "the certificate is not verified"],
  ],
  complies: [
    ["the DNS endpoint without CA", kubernetes({ host: dnsHost })],
    ["an address with its CA", helm({ host, cluster_ca_certificate: "pem" })],
    ["Vault by DNS", vault({ address: `https://${dnsHost}/proxy` })],
  ],
  doesNotApply: [["a kubeconfig", kubernetes(kubeconfig)]],
});

describeRule(noToken, {
  violates: [
    ["a token", vault({ token: "any", auth_login: [{}] }), "token is set"],
    ["no login", vault({ address: host }), "there is no auth_login"],
  ],
  complies: [["a login", vault({ auth_login: [{ path: "auth/kubernetes/login" }] })]],
  doesNotApply: [["another provider", kubernetes(kubeconfig)]],
});
