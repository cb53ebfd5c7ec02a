import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { keysOf, takeInventory } from "../../cli/inventory";
import { messageOf, type SynthesizedStack } from "../../cli/synthesis";
import { environmentNames } from "../../environments";
import { inClusterLayers, stackName } from "../../stacks/layers";
import { terralake } from "./command-line";

const folder = mkdtempSync(join(tmpdir(), "terralake-inventory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stack(name: string, resource: object, dependencies: readonly string[] = []): SynthesizedStack {
  const file = join(folder, name, "cdk.tf.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ resource }));
  return { name, dependencies, file };
}

/** An expression of Terraform, as it stands in the JSON. */
function expression(text: string): string {
  return ["$", "{", text, "}"].join("");
}

function externalSecret(name: string, key: string) {
  const data = [{ secretKey: "password", remoteRef: { key, property: "password" } }];
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name },
    spec: { secretStoreRef: { name: "vault" }, target: { name: `${name}-credentials` }, data },
  };
}

test("reads secrets of Google's Secret Manager, by their ids", async () => {
  const secrets = stack("cloud-secrets", {
    google_secret_manager_secret: { Trino: { secret_id: "cloud-platform-trino" } },
    google_secret_manager_secret_version: {
      Trino_Version: {
        secret: expression("google_secret_manager_secret.Trino.id"),
        secret_data_wo: expression('jsonencode({"shared_secret" = ephemeral.random_password.P.result})'),
      },
    },
  });
  const values = [JSON.stringify({ a: externalSecret("trino", "cloud-platform-trino") })];
  const services = stack("cloud-services", {
    helm_release: { Objects: { name: "trino", namespace: "lake", chart: "trino", version: "1.0.0", values } },
  });
  expect((await takeInventory([secrets, services])).secrets).toEqual([
    { path: "cloud-platform-trino", keys: ["shared_secret"], consumers: ["lake/trino-credentials"] },
  ]);
});

test("names the items and fields that people must have in 1Password", async () => {
  const object = externalSecret("trino", "platform/trino");
  const read = {
    ...object,
    spec: {
      ...object.spec,
      secretStoreRef: { kind: "ClusterSecretStore", name: "onepassword-connect" },
      data: ["user", "password"].map((key) => ({
        secretKey: key,
        remoteRef: { key: "platform/trino", property: `field/${key}` },
      })),
    },
  };
  const services = stack("connect-services", {
    helm_release: {
      Objects: {
        name: "trino",
        namespace: "lake",
        chart: "trino",
        version: "1.0.0",
        values: [JSON.stringify({ read })],
      },
    },
  });
  expect((await takeInventory([services])).secrets).toEqual([
    { path: "platform/trino", keys: ["password", "user"], consumers: ["lake/trino-credentials"] },
  ]);
});

test("reads stacks, releases with chart versions, and secrets with keys and consumers", async () => {
  const secrets = stack("kind-secrets", {
    vault_mount: { Mount: { path: "platform" } },
    vault_kv_secret_v2: {
      Trino: {
        mount: expression("vault_mount.Mount.path"),
        name: "trino",
        data_json_wo: expression(
          'jsonencode({"password" = ephemeral.random_password.P.result, "username" = "trino, {x}"})',
        ),
      },
      Unread: { mount: "platform", name: "unread", data_json_wo: expression('jsonencode({"a" = "b"})') },
    },
  });
  const values = {
    objects: { a: externalSecret("trino", "platform/trino"), b: { apiVersion: "v1", kind: "Other", metadata: {} } },
  };
  const services = stack(
    "kind-services",
    {
      helm_release: {
        Trino: { name: "trino", namespace: "lake", chart: "trino", version: "1.39.1", values: ['{"replicas":1}'] },
        Objects: { name: "trino-objects", namespace: "lake", chart: "./assets/own", values: [JSON.stringify(values)] },
      },
    },
    ["kind-secrets"],
  );
  const own = join(folder, "kind-services", "assets", "own");
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "Chart.yaml"), "name: custom-resources\nversion: 1.0.0\n");

  const common = { stack: "kind-services", namespace: "lake" };
  expect(await takeInventory([secrets, services])).toEqual({
    stacks: [
      { name: "kind-secrets", dependencies: [], resources: 3 },
      { name: "kind-services", dependencies: ["kind-secrets"], resources: 2 },
    ],
    releases: [
      { ...common, release: "trino", chart: "trino", version: "1.39.1" },
      { ...common, release: "trino-objects", chart: "custom-resources", version: "1.0.0" },
    ],
    secrets: [
      { path: "platform/trino", keys: ["password", "username"], consumers: ["lake/trino-credentials"] },
      { path: "platform/unread", keys: ["a"], consumers: [] },
    ],
  });
});

test("finds no keys where there are none", () => {
  expect(keysOf(expression("jsonencode({})"))).toEqual([]);
});

test("shows only the message of a program that failed", () => {
  const output = [
    "/project/main.ts:4",
    "  throw new PlatformError(x);",
    "        ^",
    "",
    "PlatformError: replicas is 2; use an odd number",
    "  in kind-vault",
    "    at new VaultCluster (/project/vault.ts:3:1)",
    "",
    "Node.js v20.9.0",
  ].join("\n");
  expect(messageOf(output)).toBe("replicas is 2; use an odd number\n  in kind-vault");
  expect(messageOf("out of memory")).toBe("out of memory");
});

describe("terralake list", () => {
  test("shows every environment with what it asks for", async () => {
    const { code, stdout } = await terralake(["list", "--json"]);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as { name: string; services: string[]; requested: Record<string, number> }[];
    expect(listed.map(({ name }) => name)).toEqual(environmentNames);
    for (const { services, requested } of listed) {
      expect(services.length).toBeGreaterThan(0);
      expect(requested.cpuMillicores).toBeGreaterThan(0);
      expect(requested.memoryBytes).toBeGreaterThan(2 ** 30);
    }
  });

  test("shows what one environment holds", async () => {
    const { code, stdout, stderr } = await terralake(["list", "kind", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { stacks, releases, connections } = JSON.parse(stdout) as {
      stacks: { name: string; resources: number }[];
      connections: { service: string; address: string }[];
      releases: { release: string; version: string }[];
    };
    expect(stacks.map(({ name }) => name)).toEqual(inClusterLayers.map((layer) => stackName("kind", layer)));
    expect(releases.map(({ release }) => release)).toContain("cert-manager");
    for (const { version } of releases) expect(version).toMatch(/^v?\d+\.\d+\.\d+/);
    expect(connections.map(({ address }) => address)).toContain("postgresql://postgres-rw.data-platform.svc:5432");
  });

  test("counts the keys of a secret that has too many for a row", async () => {
    const { stdout } = await terralake(["list", "minikube"]);
    expect(stdout).toMatch(/^path +keys +becomes *$/m);
    expect(stdout).toMatch(/^kyuubi\/spark +23 keys /m);
    expect(stdout).toMatch(/^kyuubi\/monitoring +grafana_admin_password, grafana_admin_user, prometheus_retention /m);
  });
});
