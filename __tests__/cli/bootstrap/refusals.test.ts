import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasStackTrace, terralake } from "../command-line";

const folder = mkdtempSync(join(tmpdir(), "terralake-bootstrap-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Variables with a PATH that holds these programs of shell lines only. */
function having(name: string, programs: Readonly<Record<string, string>>) {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  for (const [program, script] of Object.entries(programs)) {
    writeFileSync(join(path, program), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, program), 0o755);
  }
  return {
    PATH: path,
    HOME: folder,
    TERRALAKE_CACHE: join(folder, "cache"),
    TERRALAKE_TERRAFORM: undefined,
    GOOGLE_OAUTH_ACCESS_TOKEN: undefined,
  };
}

const terraform = "echo 'Terraform v1.11.4'";

test("an environment on a laptop needs none, and says what to run instead", async () => {
  const { code, stderr } = await terralake(["bootstrap", "kind"], having("nothing", {}));
  expect(stderr).toBe("error: kind runs on this machine (kind) and needs no bootstrap; run terralake up kind\n");
  expect(code).toBe(2);
});

test("a missing Terraform is named with how to get it", async () => {
  const { code, stderr } = await terralake(["bootstrap", "gke-dev", "--dry-run"], having("nothing", {}));
  expect(stderr).toMatch(/^error: Terraform 1\.11 or newer is missing; /);
  expect(hasStackTrace(stderr)).toBe(false);
  expect(code).toBe(1);
});

test("a missing gcloud is named with how to get it", async () => {
  const { code, stderr } = await terralake(["bootstrap", "gke-dev", "--dry-run"], having("terraform", { terraform }));
  expect(stderr).toContain("gcloud is missing: https://cloud.google.com/sdk/docs/install; terralake doctor gke-dev");
  expect(code).toBe(1);
});

test("who is not logged in is told how to, and reads gcloud's own words with --debug only", async () => {
  const gcloud = "echo 'ERROR: Your default credentials were not found.' >&2; exit 1";
  const tools = having("out", { terraform, gcloud });
  const { code, stderr } = await terralake(["bootstrap", "gke-dev"], tools);
  expect(stderr).toMatch(/^error: there are no application default credentials, .*; log in with gcloud auth .*\n$/);
  expect(code).toBe(1);
  const { stderr: all } = await terralake(["--debug", "bootstrap", "gke-dev"], tools);
  expect(all).toContain("ERROR: Your default credentials were not found.\nerror: ");
});
