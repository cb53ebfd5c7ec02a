import { parseHcl, printHcl } from "../../../rehearsal/cluster/hcl";
import { rewriteVaultConfig, type VaultConfigOptions } from "../../../rehearsal/cluster/vault-config";

const OPTIONS: VaultConfigOptions = {
  root: "/run/x",
  listen: "0.0.0.0",
  host: "10.200.0.1",
  port: 8200,
  podName: "vault-0",
  certificateFiles: { "tls.crt": "/run/x/tls/tls.crt", "tls.key": "/run/x/tls/tls.key", "ca.crt": "/run/x/tls/ca.crt" },
};

const CLUSTER = `
ui = false # no user interface
pid_file = "/vault/run/server.pid"
listener "tcp" {
  address = "[::]:8200"
  cluster_address = "[::]:8201"
  tls_cert_file = "/vault/userconfig/vault-tls/tls.crt"
  tls_key_file  = "/vault/userconfig/vault-tls/tls.key"
  tls_client_ca_file = "/vault/userconfig/vault-tls/ca.crt"
  tls_min_version = "tls12"
  telemetry { unauthenticated_metrics_access = true }
}
storage "raft" {
  path = "/vault/data"
  retry_join { leader_api_addr = "https://vault-0.vault-internal:8200" }
  retry_join {
    leader_api_addr = "https://vault-1.vault-internal:8200"
    leader_ca_cert_file = "/vault/userconfig/vault-tls/ca.crt"
  }
}
seal "gcpckms" {
  project = "example-dev"
  key_ring = "vault"
}
/* how pods find the leader */
service_registration "kubernetes" {}
telemetry {
  prometheus_retention_time = "30s"
}
`;

describe("server configuration of a cluster", () => {
  const config = rewriteVaultConfig(CLUSTER, OPTIONS);
  const rewritten = Object.fromEntries(config.rewrites.map(({ path, to }) => [path, to]));

  it("listens on this machine with the certificate of the secret", () => {
    expect(config.scheme).toBe("https");
    expect(rewritten['listener "tcp" address']).toBe('"0.0.0.0:8200"');
    expect(rewritten['listener "tcp" cluster_address']).toBe('"0.0.0.0:8201"');
    expect(rewritten['listener "tcp" tls_cert_file']).toBe('"/run/x/tls/tls.crt"');
    expect(rewritten['listener "tcp" tls_client_ca_file']).toBe('"/run/x/tls/ca.crt"');
  });

  it("keeps its data under the folder of the run", () => {
    expect(rewritten['storage "raft" path']).toBe('"/run/x/vault/data"');
    expect(rewritten.pid_file).toBe('"/run/x/vault/run/server.pid"');
    expect(config.folders).toEqual(["/run/x/vault/run", "/run/x/vault/data"]);
  });

  it("drops seal, service registration and the other servers, and says so", () => {
    expect(rewritten).toHaveProperty(['seal "gcpckms"']);
    expect(rewritten).toHaveProperty(['service_registration "kubernetes"']);
    expect(config.rewrites.filter(({ path }) => path === 'storage "raft" retry_join')).toHaveLength(2);
    expect(config.hcl).not.toMatch(/gcpckms|service_registration|retry_join/);
  });

  it("leaves the rest as it is", () => {
    expect(config.hcl).toContain("ui = false");
    expect(config.hcl).toContain('tls_min_version = "tls12"');
    expect(config.hcl).toContain("unauthenticated_metrics_access = true");
    expect(config.hcl).toContain('prometheus_retention_time = "30s"');
    expect(Object.keys(rewritten).some((path) => path.includes("telemetry"))).toBe(false);
  });

  it("is a fixed point: written configurations are read again the same", () => {
    expect(printHcl(parseHcl(config.hcl))).toBe(config.hcl);
    expect(rewriteVaultConfig(config.hcl, { ...OPTIONS, root: "/" }).rewrites).toEqual([]);
  });
});

describe("server configuration of one server", () => {
  it("may be without TLS and on files", () => {
    const config = rewriteVaultConfig(
      'listener "tcp" {\n tls_disable = 1\n}\nstorage "file" {\n path = "/vault/data"\n}',
      OPTIONS,
    );
    expect(config.scheme).toBe("http");
    expect(config.hcl).toContain('api_addr = "http://10.200.0.1:8200"');
    expect(config.hcl).not.toContain("node_id");
  });

  it("keeps a Raft id and speed that are given", () => {
    const source = 'listener "tcp" {}\nstorage "raft" {\n path = "/d"\n node_id = "a"\n performance_multiplier = 5\n}';
    const { hcl } = rewriteVaultConfig(source, OPTIONS);
    expect(hcl).toContain('node_id = "a"');
    expect(hcl).toContain("performance_multiplier = 5");
  });
});

describe("mistakes", () => {
  it.each([
    ['storage "raft" {}', 'no block: listener "tcp"'],
    ['listener "tcp" {}', "needs one block: storage"],
    ['listener "tcp" {\n', "line 2: block listener is not closed"],
    ["ui false", 'line 1: expected "=" or "{" after ui'],
    ['a = "x\n', "line 1: string is not closed"],
    ["a = [1, 2", "bracket is not closed"],
    ["a =\nb = 1", "expected a value"],
  ])("%j is refused: %s", (source, message) => {
    expect(() => rewriteVaultConfig(source, OPTIONS)).toThrow(message);
  });

  it("names a certificate file that the secret does not hold", () => {
    const source = 'listener "tcp" {\n tls_cert_file = "/x/server.pem"\n}\nstorage "raft" {}';
    expect(() => rewriteVaultConfig(source, OPTIONS)).toThrow(
      'listener "tcp" tls_cert_file is "/x/server.pem", but the certificate\'s secret holds ca.crt, tls.crt, tls.key',
    );
  });
});
