import { CertManager, ExternalSecretsOperator, Reloader } from "../../../constructs/kubernetes";
import { releasesOf, valuesOf } from "../../support/releases";
import { lake, rows, small, testFlows, testStack } from "../../support/test-stack";
import { only } from "../gke/synthesized";

function parts() {
  const stack = testStack();
  return { stack, flows: testFlows(stack), namespace: lake };
}

describe("CertManager", () => {
  function certManager(replicas: number) {
    const { stack, ...props } = parts();
    const resources = { controller: small, webhook: small, cainjector: small };
    new CertManager(stack, "CertManager", { ...props, replicas, resources });
    return { stack, flows: props.flows };
  }

  it("keeps its definitions when the release goes", () => {
    expect(valuesOf(certManager(1).stack, "cert-manager")).toMatchObject({ crds: { enabled: true, keep: true } });
  });

  it("lets the secret of a certificate go with it, so that a service leaves no key", () => {
    expect(valuesOf(certManager(1).stack, "cert-manager")).toMatchObject({ enableCertificateOwnerRef: true });
  });

  it("keeps one of several pods of each part during an upgrade of nodes", () => {
    const parts = (replicas: number) => {
      const values = valuesOf(certManager(replicas).stack, "cert-manager");
      return [values, values.webhook, values.cainjector];
    };
    for (const part of parts(2)) {
      expect(part).toMatchObject({ replicaCount: 2, podDisruptionBudget: { enabled: true, minAvailable: 1 } });
    }
    for (const part of parts(1)) {
      expect(part).toMatchObject({ replicaCount: 1, podDisruptionBudget: { enabled: false } });
    }
  });

  it("leads by a lease in its own namespace", () => {
    expect(valuesOf(certManager(1).stack, "cert-manager")).toMatchObject({
      global: { leaderElection: { namespace: "lake" } },
    });
  });

  it("calls the API server and is called at its webhook", () => {
    expect(rows(certManager(1).flows)).toEqual([
      "cert-manager -> api-server 6443",
      "api-server -> cert-manager-webhook 10250",
    ]);
  });
});

describe("ExternalSecretsOperator", () => {
  function operator(replicas: number) {
    const { stack, ...props } = parts();
    const resources = { controller: small, webhook: small, certController: small };
    new ExternalSecretsOperator(stack, "ExternalSecrets", { ...props, replicas, resources });
    return { stack, flows: props.flows };
  }

  it("has the kinds off that reach over namespaces or write to stores", () => {
    const values = valuesOf(operator(1).stack, "external-secrets");
    const switches = Object.entries(values).filter(([key]) => key.startsWith("process"));
    expect(switches).toHaveLength(5);
    expect(switches.filter(([, on]) => on !== false)).toEqual([]);
    expect(values.crds).toMatchObject({ createClusterSecretStore: false, createPushSecret: false });
  });

  it("keeps its definitions, and with them the Secrets, when the release goes", () => {
    expect(valuesOf(operator(1).stack, "external-secrets")).toMatchObject({
      crds: { annotations: { "helm.sh/resource-policy": "keep" } },
    });
  });

  it("chooses a leader where there are several", () => {
    expect(valuesOf(operator(1).stack, "external-secrets")).toMatchObject({ leaderElect: false });
    expect(valuesOf(operator(2).stack, "external-secrets")).toMatchObject({ leaderElect: true, replicaCount: 2 });
  });

  it("calls the API server and is called at its webhook", () => {
    expect(rows(operator(1).flows)).toEqual([
      "external-secrets -> api-server 6443",
      "api-server -> external-secrets-webhook 10250",
    ]);
  });
});

describe("Reloader", () => {
  it("writes annotations, which are no drift, and may be rolled back", () => {
    const { stack, ...props } = parts();
    new Reloader(stack, "Reloader", { ...props, resources: small });
    expect(valuesOf(stack, "reloader")).toMatchObject({ reloader: { reloadStrategy: "annotations" } });
    expect(only(stack, "helm_release")).toMatchObject({ atomic: true });
    expect(rows(props.flows)).toEqual(["reloader -> api-server 6443"]);
    expect(releasesOf(stack)).toHaveLength(1);
  });
});
