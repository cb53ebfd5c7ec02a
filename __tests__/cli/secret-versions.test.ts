import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliError } from "../../cli/errors";
import { requireRisingVersions } from "../../cli/secret-versions";

const root = mkdtempSync(join(tmpdir(), "terralake-versions-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What is said when secrets A and B go from one pair of versions to another. */
async function outcome(name: string, applied: readonly number[] | undefined, wanted: readonly number[]) {
  const folder = join(root, name);
  mkdirSync(folder);
  const file = join(folder, "cdk.tf.json");
  const blocks = Object.fromEntries(wanted.map((version, i) => [`Secret${i}`, { data_json_wo_version: version }]));
  writeFileSync(file, JSON.stringify({ resource: { vault_kv_secret_v2: blocks } }));
  if (applied) {
    const resources = applied.map((version, i) => ({
      type: "vault_kv_secret_v2",
      name: `Secret${i}`,
      instances: [{ attributes: { mount: "platform", name: `secret-${i}`, data_json_wo_version: version } }],
    }));
    writeFileSync(join(folder, "secrets.tfstate"), JSON.stringify({ resources }));
  }
  return requireRisingVersions("kind", [{ name: "kind-secrets", dependencies: [], file }], folder);
}

test("a version that falls is refused before anything is applied, with all that do", async () => {
  const refused = outcome("both", [3, 2], [2, 1]);
  await expect(refused).rejects.toBeInstanceOf(CliError);
  await expect(refused).rejects.toThrow(
    [
      "versions of secrets fall, and nothing was applied; raise secrets.versions above what was applied to rotate, " +
        "or restore it to keep the value",
      "  platform/secret-0: 2 after 3",
      "  platform/secret-1: 1 after 2",
    ].join("\n"),
  );
  await expect(outcome("one", [1, 10], [1, 9])).rejects.toThrow(
    /^the version of a secret falls, .*\n {2}platform\/secret-1: 9 after 10$/,
  );
});

test("a version that rises or stays, a secret that goes and a first deploy are fine", async () => {
  await expect(outcome("rises", [9, 2], [10, 2])).resolves.toBeUndefined();
  await expect(outcome("goes", [3, 3], [3])).resolves.toBeUndefined();
  await expect(outcome("first", undefined, [1, 1])).resolves.toBeUndefined();
});
