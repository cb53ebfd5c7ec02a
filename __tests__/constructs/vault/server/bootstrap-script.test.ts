import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizedStack } from "../../../support/synthesized-platform";

const maps = synthesizedStack("kind", "vault").json.resource?.kubernetes_config_map_v1;
const data = maps?.Vault_Bootstrap_Config?.data as { readonly [file: string]: string } | undefined;
const script = (name: string) => (data?.[`${name}.sh`] ?? "").replaceAll("/work/", `${folder}/`);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terralake-revoke-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script with a program in the place of Vault's command line, which answers by the arguments it is given. */
function run(name: string, answers: { readonly [command: string]: string }) {
  const cases = {
    status: "true",
    "policy write*": "true",
    "write auth/kubernetes/role/*": "true",
    "*login*": "echo token",
    "list*": 'printf \'[\\n  "one",\\n  "two"\\n]\\n\'',
    "*lookup-accessor accessor=one": "echo '[root]'",
    "*lookup-accessor accessor=two": "echo '[default terraform]'",
    "*revoke-accessor*": "true",
    ...answers,
  };
  const branches = Object.entries(cases).map(
    ([pattern, answer]) => `  ${pattern.replaceAll(" ", "\\ ")}) ${answer} ;;`,
  );
  const program = `#!/bin/sh\necho "$*" >> ${folder}/calls\ncase "$*" in\n${branches.join("\n")}\nesac\n`;
  writeFileSync(join(folder, "vault"), program);
  chmodSync(join(folder, "vault"), 0o755);
  execFileSync("sh", ["-n", join(folder, "vault")]);
  const { status } = spawnSync("sh", ["-c", script(name)], { env: { PATH: `${folder}:${process.env.PATH}` } });
  return { status, calls: readFileSync(join(folder, "calls"), "utf8") };
}

const revoke = (answers: { readonly [command: string]: string }) => run("revoke", answers);
const check = (answers: { readonly [command: string]: string }) => run("check", answers);
const isApplied = () => existsSync(join(folder, "applied"));

describe("the script that looks whether Vault has been configured before", () => {
  it("leaves a fresh one to the root token", () => {
    const { status, calls } = check({ "*login*": "exit 2" });
    expect(status).toBe(0);
    expect(isApplied()).toBe(false);
    expect(calls).not.toContain("policy write");
  });

  it("brings its own rights and then Terraform's up to date by its own role", () => {
    const { status, calls } = check({});
    expect(status).toBe(0);
    expect(isApplied()).toBe(true);
    expect(calls.trim().split("\n").slice(2)).toEqual([
      "policy write bootstrap /config/bootstrap.hcl",
      "policy write terraform /config/terraform.hcl",
      "policy write vault-break-glass /config/vault-break-glass.hcl",
      "write auth/kubernetes/role/bootstrap @/config/bootstrap.json",
      "write auth/kubernetes/role/terraform @/config/terraform.json",
      "write auth/kubernetes/role/vault-break-glass @/config/vault-break-glass.json",
    ]);
    for (const file of ["bootstrap.hcl", "terraform.hcl", "bootstrap.json", "terraform.json"]) {
      expect(data?.[file]?.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ["a policy is refused", { "policy write*": "exit 2" }],
    ["a role is refused", { "write auth/kubernetes/role/*": "exit 2" }],
  ])("fails when %s", (_situation, answers) => {
    expect(check(answers).status).not.toBe(0);
    expect(isApplied()).toBe(false);
  });

  it("waits for a server that answers", () => {
    const once = `test -e ${folder}/asked || { touch ${folder}/asked; exit 2; }`;
    const { status, calls } = check({ status: once });
    expect(status).toBe(0);
    expect(calls.match(/^status$/gm)).toHaveLength(2);
  });
});

describe("the script that revokes root tokens", () => {
  it("revokes those with the root policy and no other", () => {
    const { status, calls } = revoke({});
    expect(status).toBe(0);
    expect(calls.match(/revoke-accessor.*/g)).toEqual(["revoke-accessor accessor=one"]);
  });

  it("leaves out a token that has ended meanwhile", () => {
    const { status, calls } = revoke({ "*lookup-accessor accessor=two": "echo '* invalid accessor' >&2; exit 2" });
    expect(status).toBe(0);
    expect(calls).toContain("revoke-accessor accessor=one");
  });

  it.each([
    ["the login is refused", { "*login*": "exit 2" }],
    ["accessors cannot be listed", { "list*": "exit 2" }],
    ["a token cannot be looked up", { "*lookup-accessor accessor=one": "echo 'permission denied' >&2; exit 2" }],
    ["a root token cannot be revoked", { "*revoke-accessor*": "exit 2" }],
  ])("fails when %s", (_situation, answers) => {
    expect(revoke(answers).status).not.toBe(0);
  });
});
