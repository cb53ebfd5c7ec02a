import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilFileSays, withFiles } from "../../../constructs/services/secret-arguments";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terralake-secret-arguments-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Installs a program `tool` that tells its arguments and what the list of processes shows of it. */
function installTool(last = "return 0"): void {
  const info = join(folder, "tool-1.0.dist-info");
  mkdirSync(info);
  writeFileSync(join(info, "METADATA"), "Metadata-Version: 2.1\nName: tool\nVersion: 1.0\n");
  writeFileSync(join(info, "entry_points.txt"), "[console_scripts]\ntool = tool_cli:main\n");
  writeFileSync(
    join(folder, "tool_cli.py"),
    [
      "import json, sys",
      "def main():",
      '    shown = open("/proc/self/cmdline").read().split("\\0")',
      '    print(json.dumps({"given": sys.argv, "shown": shown}))',
      `    ${last}`,
    ].join("\n"),
  );
}

const bash = (script: string) =>
  spawnSync("bash", ["-ec", script], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONPATH: folder },
    encoding: "utf8",
  });

/** The images have Python; a machine of ours may have none, and only Linux shows processes as files. */
const hasPython = process.platform === "linux" && spawnSync("python", ["--version"]).status === 0;

(hasPython ? describe : describe.skip)("a program with secrets", () => {
  test("gets the text of files, which no list of processes shows", () => {
    installTool();
    const file = join(folder, "password");
    writeFileSync(file, "s3c'r\"et $x\n");
    const { stdout, stderr, status } = bash(
      `${withFiles("tool")}\nwith_files users --name admin@localhost --password @${file}`,
    );
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const { given, shown } = JSON.parse(stdout) as { given: string[]; shown: string[] };
    expect(given).toEqual(["tool", "users", "--name", "admin@localhost", "--password", "s3c'r\"et $x"]);
    expect(shown.join(" ")).toContain(`--password @${file}`);
    expect(shown.join(" ")).not.toContain("s3c");
  });

  test("ends the script when it fails", () => {
    installTool("return 3");
    expect(bash(`${withFiles("tool")}\nwith_files users\necho later`)).toMatchObject({
      status: 3,
      stdout: expect.not.stringContaining("later"),
    });
  });
});

describe("the wait for a Secret", () => {
  const waiting = (text: string) => {
    writeFileSync(join(folder, "version"), "a=1");
    return bash(
      `sleep() { SECONDS=$((SECONDS + 100)); }\n${untilFileSays(join(folder, "version"), text)}\necho went on`,
    );
  };

  test("ends with the version that is asked for", () => {
    expect(waiting("a=1")).toMatchObject({ status: 0, stdout: "went on\n" });
  });

  test("gives up after five minutes and says what to look at", () => {
    expect(waiting("a=2")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^after 300 seconds .* is still not of a=2: see the ExternalSecret/),
    });
  });
});
