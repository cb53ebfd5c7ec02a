import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const project = resolve(__dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "terralake-purity-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Where and as whom the program runs. */
interface Circumstances {
  readonly name: string;
  readonly zone: string;
  readonly locale: string;
}

/** Runs main.ts as a process of its own; the folder that it wrote. */
async function synthesize({ name, zone, locale }: Circumstances): Promise<string> {
  const [cwd, home, outdir] = ["work", "home", "out"].map((folder) => join(scratch, name, folder)) as [
    string,
    string,
    string,
  ];
  mkdirSync(cwd, { recursive: true });
  mkdirSync(home, { recursive: true });
  const tsx = pathToFileURL(join(project, "node_modules/tsx/dist/loader.mjs")).href;
  await promisify(execFile)(process.execPath, ["--import", tsx, join(project, "main.ts")], {
    cwd,
    env: { PATH: process.env.PATH, HOME: home, USER: name, TZ: zone, LANG: locale, CDKTF_OUTDIR: outdir },
  });
  return outdir;
}

/** Every file below a folder, with its content. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((file) => join(file.parentPath, file.name))
      .sort()
      .map((path) => [relative(folder, path), readFileSync(path, "utf8")] as const),
  );
}

test("the program writes the same bytes wherever, whenever and as whomever it runs", async () => {
  const [one, other] = (
    await Promise.all([
      synthesize({ name: "lovelace", zone: "UTC", locale: "C" }),
      synthesize({ name: "hopper", zone: "Pacific/Kiritimati", locale: "tr_TR.UTF-8" }),
    ])
  ).map(filesOf);
  expect([...(other?.keys() ?? [])]).toEqual([...(one?.keys() ?? [])]);
  expect(one?.size).toBeGreaterThan(37);
  const different = [...(one ?? [])].filter(([path, content]) => other?.get(path) !== content).map(([path]) => path);
  expect(different).toEqual([]);

  // What Terraform reads names nothing of this machine.
  const stacks = [...(one ?? [])].filter(([path]) => path.endsWith("cdk.tf.json"));
  expect(stacks).toHaveLength(51);
  const here = [scratch, project, "lovelace", "hopper", "Kiritimati"];
  const naming = stacks.filter(([, content]) => here.some((text) => content.includes(text))).map(([path]) => path);
  expect(naming).toEqual([]);
}, 60_000);
