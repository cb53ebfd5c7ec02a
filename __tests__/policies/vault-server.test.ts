import { waiting } from "../../policies/helm/vlt-11-waiting";
import { raftServers } from "../../policies/vault-server/vlt-01-raft-servers";
import { tlsEndToEnd } from "../../policies/vault-server/vlt-02-tls";
import { peerNames } from "../../policies/vault-server/vlt-03-peer-names";
import { restrictedServers } from "../../policies/vault-server/vlt-07-restricted-pod";
import { ownNetworkPolicy } from "../../policies/vault-server/vlt-08-own-network-policy";
import { oneDown } from "../../policies/vault-server/vlt-09-one-down";
import { onDelete } from "../../policies/vault-server/vlt-10-on-delete";
import { keptVolumes } from "../../policies/vault-server/vlt-12-kept-volumes";
import { offUnlessAsked } from "../../policies/vault-server/vlt-13-off-unless-asked";
import { safeParameters } from "../../policies/vault-server/vlt-15-safe-parameters";
import type { Block, StackJson } from "../../stacks/stack-json";
import { cloud, describeRule, release, stackOf } from "./hand-made";
import {
  type Changes,
  elsewhere,
  ha,
  hcl,
  listener,
  off,
  onCloud,
  openbao,
  restricted,
  servers,
} from "./hand-made-servers";

describeRule(raftServers, {
  violates: [
    ["two servers", servers({ ha: { replicas: 2 } }), "replicas is 2"],
    ["no server", servers({ ha: { replicas: undefined } }), "replicas is absent"],
    ["one server on Google Cloud", { ...servers(), environment: { ...cloud, tier: "dev" as const } }, "replicas is 1"],
    [
      "three servers in prod",
      { ...servers({ ha: { replicas: 3 } }), environment: { ...cloud, tier: "prod" as const } },
      "replicas is 3",
    ],
    ["a server alone", servers({ server: { standalone: { enabled: true } } }), "server.standalone.enabled is true"],
    ["a server to play with", servers({ server: { dev: { enabled: true } } }), "server.dev.enabled is true"],
    [
      "servers without names of their own",
      servers({ ha: { raft: { ...ha.raft, setNodeId: false } } }),
      "server.ha.raft.setNodeId is false",
    ],
    ["data in files", servers({ config: 'storage "file" {}' }), "the storage is not raft"],
  ],
  complies: [
    ["one server on a laptop", servers()],
    ["five in prod", { ...servers({ ha: { replicas: 5 } }), environment: { ...cloud, tier: "prod" as const } }],
    ["OpenBao", servers({ block: openbao })],
  ],
  doesNotApply: elsewhere,
});

describeRule(tlsEndToEnd, {
  violates: [
    ["the chart's default", servers({ values: { global: {} } }), "global.tlsDisable is absent"],
    [
      "a listener without TLS",
      servers({ config: `${listener}listener "tcp" { tls_disable = 1 }` }),
      "listener 1 has tls_disable = 1",
    ],
    ["no certificate", servers({ config: 'listener "tcp" {}' }), "listener 0 has no tls_cert_file"],
    ["an old version", servers({ config: hcl.replace("tls12", "tls11") }), "listener 0 has tls_min_version tls11"],
    ["no listener", servers({ config: "" }), "there is no listener"],
  ],
  complies: [
    ["TLS in both places", servers()],
    ["TLS 1.3", servers({ config: hcl.replace("tls12", "tls13") })],
  ],
  doesNotApply: elsewhere,
});

/** A stack of servers and the certificate that they mount. */
function withCertificate(changes: Changes, names: Block = {}) {
  const stack = servers(changes);
  const spec = {
    secretName: "vault-tls",
    dnsNames: ["vault", "vault.vault.svc", "vault-active.vault.svc", "*.vault-internal"],
    ipAddresses: ["127.0.0.1"],
    ...names,
  };
  const certificate = { apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata: { name: "a" }, spec };
  const two = release({ namespace: "vault", chart: "./assets/Chart" }, { objects: { certificate } }).json.resource
    ?.helm_release?.One;
  return stackOf({ resource: { helm_release: { ...stack.json.resource?.helm_release, Two: two ?? {} } } });
}

describeRule(peerNames, {
  violates: [
    ["no certificate", servers(), 'no certificate has the name "vault"'],
    [
      "a certificate that nobody mounts",
      withCertificate({}, { secretName: "other" }),
      'no certificate has the name "vault"',
    ],
    ["no address of its own", withCertificate({}, { ipAddresses: [] }), 'no certificate has the name "127.0.0.1"'],
    ["no peers", withCertificate({}, { dnsNames: ["vault"] }), 'no certificate has the name "vault-0.vault-internal"'],
    ["a peer too few", withCertificate({ ha: { replicas: 3 } }), "1 peers to join for 3 servers"],
    [
      "a peer without TLS",
      withCertificate({ config: hcl.replace("https", "http") }),
      'joins by "http://vault-0.vault-internal:8200"',
    ],
    [
      "no check of the name",
      withCertificate({ config: hcl.replace(/leader_tls_servername.*/, "") }),
      "a retry_join has no leader_tls_servername",
    ],
  ],
  complies: [["every name", withCertificate({})]],
  doesNotApply: elsewhere,
});

describeRule(restrictedServers, {
  violates: [
    ["the chart's pod", servers({ server: { statefulSet: {} } }), "runAsNonRoot is absent"],
    [
      "a sidecar of root",
      servers({ server: { extraContainers: [{ name: "a" }] } }),
      "allowPrivilegeEscalation of a is absent",
    ],
    [
      "a capability added",
      servers({
        server: {
          extraContainers: [
            { name: "a", securityContext: { ...restricted, capabilities: { drop: ["ALL"], add: ["IPC_LOCK"] } } },
          ],
        },
      }),
      'capabilities of a are {"drop":["ALL"],"add":["IPC_LOCK"]}',
    ],
    ["memory that is locked", servers({ config: listener }), "disable_mlock is absent"],
  ],
  complies: [
    ["a restricted pod", servers()],
    ["OpenBao, which locks none", servers({ config: listener, block: openbao })],
  ],
  doesNotApply: elsewhere,
});

const named = (name: string, labels: Block = {}) => ({
  namespace_selector: { match_labels: { "kubernetes.io/metadata.name": name } },
  pod_selector: { match_labels: labels },
});

/** Servers and a policy that lets somebody in. */
function withPolicy(ingress: object, labels: Block = { component: "server" }, changes: Changes = {}) {
  const policy = {
    metadata: { namespace: "vault" },
    spec: { pod_selector: { match_labels: labels }, ingress: [ingress] },
  };
  return stackOf({
    resource: { ...servers(changes).json.resource, kubernetes_network_policy_v1: { One: policy } },
  } as Partial<StackJson>);
}
const client = { from: [named("lake")], ports: [{ port: "8200" }] };

describeRule(ownNetworkPolicy, {
  violates: [
    [
      "the chart's policy",
      withPolicy(client, undefined, { server: { networkPolicy: { enabled: true } } }),
      "networkPolicy.enabled is true",
    ],
    ["no policy", servers(), "no network policy lets anybody reach the servers of vault"],
    [
      "pods of every namespace",
      withPolicy({ ...client, from: [{ namespace_selector: {} }] }),
      "lets in pods of every namespace",
    ],
    ["everybody", withPolicy({ ports: client.ports }), "lets in pods of every namespace"],
    ["every port", withPolicy({ from: client.from }), "lets in to every port"],
    [
      "others on the port of the peers",
      withPolicy({ ...client, ports: [{ port: "8201" }] }),
      "lets others than the servers in to port 8201",
    ],
    [
      "the same for all pods",
      withPolicy({ ...client, ports: [{ port: "8201" }] }, {}),
      "lets others than the servers in to port 8201",
    ],
  ],
  complies: [
    ["a client", withPolicy(client)],
    ["the peers", withPolicy({ from: [named("vault", { component: "server" })], ports: [{ port: "8201" }] })],
  ],
  doesNotApply: elsewhere,
});

describeRule(oneDown, {
  violates: [
    [
      "the chart's two of five",
      servers({ ha: { replicas: 5, disruptionBudget: { enabled: true } } }),
      "disruptionBudget.maxUnavailable is absent",
    ],
    ["no budget", servers({ ha: { replicas: 3, disruptionBudget: undefined } }), "disruptionBudget.enabled is absent"],
  ],
  complies: [["one of three", servers({ ha: { replicas: 3 } })]],
  doesNotApply: [["one server", servers()], ...elsewhere],
});

describeRule(onDelete, {
  violates: [
    [
      "a rollout",
      servers({ server: { updateStrategyType: "RollingUpdate" } }),
      'updateStrategyType is "RollingUpdate"',
    ],
  ],
  complies: [["by hand", servers()]],
  doesNotApply: elsewhere,
});

test("VLT-11 knows OpenBao as well", () => {
  expect(waiting.check([servers({ block: openbao })]).findings).toEqual([]);
});

const scaled = { whenScaled: "Retain" };

describeRule(keptVolumes, {
  violates: [
    ["no audit volume", servers({ server: { auditStorage: off } }), "auditStorage.enabled is false"],
    [
      "no class",
      servers({ server: { dataStorage: { enabled: true, size: "1Gi" } } }),
      "dataStorage says no storageClass",
    ],
    [
      "volumes that go with the release",
      onCloud({ server: { persistentVolumeClaimRetentionPolicy: { ...scaled, whenDeleted: "Delete" } } }),
      'whenDeleted of the volumes is "Delete"',
    ],
    [
      "volumes that go with a server",
      servers({ server: { persistentVolumeClaimRetentionPolicy: {} } }),
      "whenScaled of the volumes is absent",
    ],
  ],
  complies: [
    ["volumes that stay", onCloud({})],
    [
      "a laptop, where they may go",
      servers({ server: { persistentVolumeClaimRetentionPolicy: { ...scaled, whenDeleted: "Delete" } } }),
    ],
  ],
  doesNotApply: elsewhere,
});

describeRule(offUnlessAsked, {
  violates: [
    ["the chart's injector", servers({ values: { injector: {} } }), "injector.enabled is absent"],
    ["pages", servers({ values: { ui: { enabled: true } } }), "ui.enabled is true"],
    ["an ingress", servers({ server: { ingress: { enabled: true } } }), "server.ingress.enabled is true"],
  ],
  complies: [["the servers alone", servers()]],
  doesNotApply: elsewhere,
});

describeRule(safeParameters, {
  violates: [
    [
      "metrics for everybody",
      servers({ config: `${hcl}unauthenticated_metrics_access = true` }),
      "unauthenticated_metrics_access is on",
    ],
    ["raw storage", servers({ config: `${hcl}raw_storage_endpoint = true` }), "raw_storage_endpoint is on"],
    ["slashes in templates", servers({ config: listener }), "deny_slash_in_templated_paths is absent"],
    ["an address without TLS", servers({ ha: { apiAddr: "http://a:8200" } }), 'the API address is "http://a:8200"'],
  ],
  complies: [
    ["safe parameters", servers()],
    ["OpenBao", servers({ config: listener, block: openbao })],
  ],
  doesNotApply: elsewhere,
});
