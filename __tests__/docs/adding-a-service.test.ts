import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const project = resolve(__dirname, "../..");
const page = readFileSync(join(project, "docs/adding-a-service.md"), "utf8");

/** The code that the page shows for a file. */
function shown(file: string): string {
  const [, code] = new RegExp(`\`\`\`ts ${file.replaceAll(".", "\\.")}\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  if (code === undefined) {
    throw new Error(`the page shows nothing for ${file}`);
  }
  return code;
}

/** Rooms that synthesis reads. */
const rooms = [
  "catalogue",
  "charts",
  "charts.ts",
  "constructs",
  "environments",
  "package.json",
  "selections",
  "stacks",
  "tsconfig.json",
];

/** Says what the copy makes of an environment with the service, or of one that lacks what the service needs. */
const probe = `
  import { App, Testing } from "cdktf";
  import { readEnvironment } from "./environments/schema";
  import { buildPlatform } from "./stacks/platform";
  const base = {
    name: "kind",
    target: { kind: "kind", nodes: [{ count: 1, cpu: "4", memory: "8Gi" }] },
    git: { url: "https://github.com/example-dev/data-platform" },
  };
  const { environment } = readEnvironment({ ...base, services: { postgres: {}, metabase: {}, ingress: {} } });
  const stacks = buildPlatform(Testing.app(), environment);
  const json = Object.fromEntries(stacks.map((stack) => [stack.layer, JSON.stringify(stack.toTerraform())]));
  const { problems } = readEnvironment({ ...base, services: { metabase: { replica: 1 } } });
  console.log(JSON.stringify({ services: json.services, secrets: json.secrets, problems }));
`;

test("the service of the page needs its file and its two lines, and nothing else", () => {
  const copy = mkdtempSync(join(tmpdir(), "terralake-service-"));
  try {
    for (const room of rooms) cpSync(join(project, room), join(copy, room), { recursive: true });
    symlinkSync(join(project, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, "catalogue/metabase.ts"), shown("catalogue/metabase.ts"));
    const insert = (file: string, before: RegExp, line: string) => {
      const path = join(copy, file);
      const text = readFileSync(path, "utf8");
      expect(text).toMatch(before);
      writeFileSync(
        path,
        text.replace(before, (found) => `${line}${found}`),
      );
    };
    insert("charts.ts", /^ {2}bankVaults: /m, shown("charts.ts"));
    insert("catalogue/index.ts", /^ {2}monitoring,/m, shown("catalogue/index.ts"));
    insert("catalogue/index.ts", /^import { mariadb }/m, 'import { metabase } from "./metabase";\n');
    writeFileSync(join(copy, "probe.ts"), probe);
    const made = JSON.parse(
      execFileSync(process.execPath, ["--import", "tsx", "probe.ts"], { cwd: copy, encoding: "utf8" }),
    ) as { readonly services: string; readonly secrets: string; readonly problems: readonly { path: string }[] };

    expect(made.services).toContain("metabase-to-postgres-egress");
    expect(made.services).toContain("metabase.platform.localhost");
    expect(made.services).toContain("docker.io/metabase/metabase:");
    expect(made.secrets).toMatch(/postgres\/metabase/);
    expect(made.problems.map(({ path }) => path).sort()).toEqual(["services.metabase", "services.metabase.replica"]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
