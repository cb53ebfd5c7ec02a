import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const project = resolve(__dirname, "../..");

/** A file that a tree like this one's could hold. */
interface Sample {
  readonly path: string;
  readonly source: string;
  /** Whether the rule on imports must refuse it. */
  readonly refused: boolean;
}

function imports(path: string, from: string, refused: boolean): Sample {
  return { path, source: `import { used } from "${from}";\n\nexport const value = used;\n`, refused };
}

const samples: readonly Sample[] = [
  imports("environments/cdk.ts", "cdktf", true),
  imports("environments/constructs.ts", "constructs", true),
  imports("environments/provider.ts", "@cdktf/provider-google/lib/provider", true),
  imports("environments/schema/construct.ts", "../../constructs/terraform", true),
  imports("environments/stack.ts", "../stacks/platform", true),
  imports("environments/command.ts", "../cli/errors", true),
  imports("environments/rehearsal.ts", "../rehearsal/paths", true),
  imports("environments/selection.ts", "../selections", false),
  imports("environments/schema/zod.ts", "zod", false),
  imports("selections/stack.ts", "../stacks/layers", true),
  imports("selections/schema.ts", "../environments/schema", false),
  imports("constructs/vault/environment.ts", "../../environments/schema", true),
  imports("constructs/selection.ts", "../selections/iceberg", true),
  imports("constructs/stack.ts", "../stacks/platform", true),
  imports("constructs/command.ts", "../cli/errors", true),
  imports("constructs/rehearsal.ts", "../rehearsal/paths", true),
  imports("constructs/index-of-a-provider.ts", "@cdktf/provider-kubernetes", true),
  imports("constructs/resource.ts", "@cdktf/provider-kubernetes/lib/namespace-v1", false),
  imports("constructs/vault/neighbour.ts", "../terraform", false),
  imports("constructs/service.ts", "../catalogue/trino", true),
  imports("catalogue/environment.ts", "../environments/schema", true),
  imports("catalogue/stack.ts", "../stacks/platform", true),
  imports("catalogue/command.ts", "../cli/errors", true),
  imports("catalogue/field.ts", "../environments/schema/field", false),
  imports("catalogue/construct.ts", "../constructs/services", false),
  imports("stacks/command.ts", "../cli/errors", true),
  imports("stacks/rehearsal.ts", "../rehearsal/paths", true),
  imports("stacks/index-of-a-provider.ts", "@cdktf/provider-google", true),
  imports("stacks/environment.ts", "../environments/schema", false),
  imports("stacks/construct.ts", "../constructs/vault", false),
  imports("policies/cdk.ts", "cdktf", true),
  imports("policies/vault/construct.ts", "../../constructs/vault", true),
  imports("policies/service.ts", "../catalogue/on", true),
  imports("policies/stack.ts", "../stacks/platform", true),
  imports("policies/command.ts", "../cli/errors", true),
  imports("policies/rehearsal.ts", "../rehearsal/paths", true),
  imports("policies/operation.ts", "../operations/vault/client", true),
  imports("policies/vault/json.ts", "../../stacks/stack-json", false),
  imports("policies/layer.ts", "../stacks/layers", false),
  imports("policies/environment.ts", "../environments/schema", false),
  imports("main.ts", "@cdktf/provider-helm", true),
  imports("cli/stack.ts", "../stacks/layers", false),
];

interface Report {
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: unknown } }[];
}

/** Runs the project's own linter over a tree; the files that the rule on imports refuses. */
function refused(files: readonly Sample[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "terralake-lint-"));
  try {
    cpSync(join(project, "biome.json"), join(folder, "biome.json"));
    cpSync(join(project, ".gitignore"), join(folder, ".gitignore"));
    for (const { path, source } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    const { diagnostics } = JSON.parse(biome(folder)) as Report;
    return diagnostics
      .filter(({ category }) => category === "lint/style/noRestrictedImports")
      .map(({ location }) => pathOf(location.path))
      .sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pathOf(path: unknown): string {
  return typeof path === "string" ? path : String((path as { file?: string }).file);
}

function biome(folder: string): string {
  try {
    return execFileSync(
      process.execPath,
      [
        join(project, "node_modules/@biomejs/biome/bin/biome"),
        "lint",
        "--reporter=json",
        "--max-diagnostics=none",
        ".",
      ],
      { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
  } catch (error) {
    // It ends with 1 where it finds something.
    return String((error as { stdout?: string }).stdout);
  }
}

test("imports point one way, and providers are imported resource by resource", () => {
  const expected = samples.filter((sample) => sample.refused).map(({ path }) => path);
  expect(expected.length).toBeGreaterThan(10);
  expect(refused(samples)).toEqual([...expected].sort());
});
