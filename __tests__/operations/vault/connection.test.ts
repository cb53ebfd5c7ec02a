import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gkeProd } from "../../../environments/gke-prod";
import { kind } from "../../../environments/kind";
import {
  clocksOf,
  connectionThrough,
  connectVault,
  contextOf,
  requireOwnContext,
} from "../../../operations/vault/connection";
import { isHealthy, vaultState } from "../../../operations/vault/status";
import { type FakeCluster, fakeCluster, kubeconfigOf, refusal } from "../kubernetes/fake-api-server";
import { type FakeAnswer, fakeVault, type SeenRequest } from "./fake-vault";

let cluster: FakeCluster | undefined;
afterEach(() => cluster?.server.close());

async function connectTo(
  vault: (request: SeenRequest, through: string) => FakeAnswer | undefined,
  environment: Parameters<typeof connectionThrough>[1] = kind,
) {
  cluster = await fakeCluster(vault);
  return connectionThrough(cluster.config, environment);
}

/** Vault as an open server answers. */
function open({ path }: SeenRequest): FakeAnswer | undefined {
  if (path === "sys/seal-status")
    return { body: { initialized: true, sealed: false, version: "1.21.1", type: "shamir" } };
  if (path === "sys/leader") return { body: { leader_address: "https://vault-0.vault-internal:8200" } };
  return path === "sys/health" ? { body: {} } : undefined;
}

test("the active server is reached by the Service, each server by its pod", async () => {
  const { active, servers } = await connectTo(open, { ...kind, vault: { ...kind.vault, replicas: 3 } });
  await active.status();
  for (const { client } of servers) await client.status();
  expect(servers.map(({ name }) => name)).toEqual(["vault-0", "vault-1", "vault-2"]);
  expect(cluster?.atVault.map(({ through }) => through)).toEqual([
    "services/https:vault-active:8200",
    "pods/https:vault-0:8200",
    "pods/https:vault-1:8200",
    "pods/https:vault-2:8200",
  ]);
});

test("an address of the environment's own takes the place of the Service, without the operator's credentials", async () => {
  const other = await fakeVault(open);
  try {
    const connection = await connectTo(open, { ...kind, vault: { ...kind.vault, address: other.address } });
    await connection.active.status();
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(cluster?.server.seen).toEqual([]);
  } finally {
    await other.close();
  }
});

test.each([
  ["a token", { token: "operator's" }, "Bearer operator's"],
  [
    "an exec plugin",
    {
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: process.execPath,
        args: ["-e", `console.log(JSON.stringify({ status: { token: "of the plugin" } }))`],
      },
    },
    "Bearer of the plugin",
  ],
])("%s of the kubeconfig is sent to the API server", async (_what, user, header) => {
  cluster = await fakeCluster(open);
  await connectionThrough(kubeconfigOf(cluster.server.address, user), kind).active.status();
  expect(cluster.atVault[0]?.headers.authorization).toBe(header);
});

test("an exec plugin that fails is named, with how to try it", async () => {
  cluster = await fakeCluster(open);
  const user = { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-plugin" } };
  await expect(connectionThrough(kubeconfigOf(cluster.server.address, user), kind).active.status()).rejects.toThrow(
    /plugin no-such-plugin fails .*kubectl --context kind-kind auth whoami/,
  );
});

test("contexts are those that kind and gcloud write", () => {
  expect(contextOf(kind)).toBe("kind-kind");
  expect(contextOf(gkeProd)).toMatch(/^gke_example-dev-[a-z-]+_europe-west1_gke-prod$/);
});

describe("status", () => {
  test("a Vault whose only server leads is healthy", async () => {
    const state = await vaultState(await connectTo(open));
    expect(state.servers).toEqual([
      { name: "vault-0", role: "active", version: "1.21.1", leader: "https://vault-0.vault-internal:8200" },
    ]);
    expect(isHealthy(state)).toBe(true);
  });

  test.each([
    ["sealed", 503],
    ["uninitialized", 501],
  ])("a %s server is shown as such and makes Vault unhealthy", async (role, status) => {
    const state = await vaultState(
      await connectTo((request) => (request.path === "sys/health" ? { status, body: {} } : open(request))),
    );
    expect(state.servers[0]).toMatchObject({ role, leader: undefined });
    expect(isHealthy(state)).toBe(false);
  });

  test("a server that is away does not hide the others", async () => {
    const environment = { ...kind, vault: { ...kind.vault, replicas: 3 } };
    const state = await vaultState(
      await connectTo((request, through) => (through.includes("vault-1") ? undefined : open(request)), environment),
    );
    expect(state.servers.map(({ role }) => role)).toEqual(["active", undefined, "active"]);
    expect(String(state.servers[1]?.failure)).toMatch(/vault-1:8200 not found/);
    expect(isHealthy(state)).toBe(false);
  });

  test("a refusal of the API server is no answer of Vault", async () => {
    const { active } = await connectTo(() =>
      refusal(503, 'no endpoints available for service "https:vault-active:8200"'),
    );
    await expect(active.role()).rejects.toMatchObject({ status: 503, answerer: "api-server" });
  });
});

test("the clocks of Vault and of the API server are read from their answers", async () => {
  const date = "Thu, 01 Jan 2026 12:00:00 GMT";
  const connection = await connectTo((request) => ({ ...open(request), headers: { date } }));
  const { apiServer, vault, here } = await clocksOf(connection);
  expect(vault?.toISOString()).toBe("2026-01-01T12:00:00.000Z");
  expect(Math.abs((apiServer?.getTime() ?? 0) - here.getTime())).toBeLessThan(10_000);
});

describe("the operator's kubeconfig", () => {
  const folder = mkdtempSync(join(tmpdir(), "terralake-connection-"));
  const before = process.env.KUBECONFIG;
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
  });

  function kubeconfig(named: Readonly<Record<string, unknown>>): void {
    const file = join(folder, "config");
    const contexts = ["kind-kind", "mine"].map((name) => ({ name, context: { cluster: "c", user: "u" } }));
    const users = [{ name: "u", user: { token: "t" } }];
    writeFileSync(file, JSON.stringify({ clusters: [{ name: "c", cluster: named }], users, contexts }));
    process.env.KUBECONFIG = file;
  }

  test.each([
    ["http://127.0.0.1:1", { server: "http://127.0.0.1:1" }, /names http:\/\/127\.0\.0\.1:1, which is not https/],
    [
      "a server without verification",
      { server: "https://127.0.0.1:1", "insecure-skip-tls-verify": true },
      /has insecure-skip-tls-verify/,
    ],
  ])("%s is refused, since keys and tokens would go there", async (_what, named, message) => {
    kubeconfig(named);
    const refused = connectVault(kind);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(/context "kind-kind" .*certificate-authority-data.*next: terralake up kind/);
    await expect(refused).rejects.toMatchObject({ name: "OperationError" });
  });

  test("with another context than the environment's own is marked, and no local keys go there", async () => {
    kubeconfig({ server: "https://127.0.0.1:1" });
    const own = await connectVault(kind);
    expect(own.foreignContext).toBeUndefined();
    expect(await connectVault(kind, { context: "kind-kind" })).not.toHaveProperty("foreignContext");
    expect(() => requireOwnContext(own, "unseal")).not.toThrow();
    const other = await connectVault(kind, { context: "mine" });
    expect(other.foreignContext).toBe("mine");
    expect(() => requireOwnContext(other, "unseal")).toThrow(/context "mine" is not that of kind.*unseal is refused/);
    expect(() => requireOwnContext({ ...other, place: { environment: "x", local: false } }, "unseal")).not.toThrow();
  });
});
