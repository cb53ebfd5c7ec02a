import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesizedStack } from "../../support/synthesized-platform";

const maps = synthesizedStack("kind", "vault").json.resource?.kubernetes_config_map_v1;
const data = maps?.Vault_Bootstrap_Config?.data as { readonly [file: string]: string } | undefined;
const script = data?.["revoke.sh"] ?? "";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terralake-revoke-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script with a program in the place of Vault's command line, which answers by the arguments it is given. */
function revoke(answers: { readonly [command: string]: string }): {
  readonly status: number | null;
  readonly calls: string;
} {
  const cases = {
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
  const { status } = spawnSync("sh", ["-c", script], {
    env: { PATH: `${folder}:${process.env.PATH}`, BOOTSTRAP_ROLE: "bootstrap-1" },
  });
  return { status, calls: readFileSync(join(folder, "calls"), "utf8") };
}

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
