import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { judge, readCheckov, readTrivy, type Scanner, type ScannerReport, type Verdict } from "../../policies/scanners";
import { readStackFile } from "../../stacks/stack-json";
import { hclOf } from "./hcl";

/** A synthesized stack to look at. */
export interface ScannedStack {
  readonly name: string;
  /** Path of its JSON. */
  readonly file: string;
}

/** Where the scanners are, each by the program to run; absent where it is not at hand. */
export interface ScannerPrograms {
  /** A Python that has Checkov. */
  readonly checkov?: string;
  readonly trivy?: string;
}

/** The outcome of a scan. */
export interface ScanResult extends Verdict {
  /** Checks that each scanner made. */
  readonly made: { readonly [scanner in Scanner]?: number };
}

/**
 * Lets scanners look at stacks and takes off what is waived.
 *
 * @throws Error when a scanner fails or makes no check at all
 */
export async function scan(
  stacks: readonly ScannedStack[],
  { checkov, trivy }: ScannerPrograms,
  signal: AbortSignal,
): Promise<ScanResult> {
  const folder = await mkdtemp(join(tmpdir(), "terralake-scan-"));
  try {
    await Promise.all(stacks.map((stack) => copy(stack, folder)));
    const reports: { [scanner in Scanner]?: ScannerReport } = {};
    if (checkov !== undefined) reports.checkov = await runCheckov(checkov, folder, signal);
    if (trivy !== undefined) reports.trivy = await runTrivy(trivy, folder, signal);
    for (const [scanner, { made }] of Object.entries(reports)) {
      if (made === 0) throw new Error(`${scanner} made no check: it did not understand the stacks`);
    }
    const found = Object.values(reports).flatMap(({ findings }) => findings);
    return {
      ...judge(found, Object.keys(reports)),
      made: Object.fromEntries(Object.entries(reports).map(([scanner, { made }]) => [scanner, made])),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a stack in Terraform's own language, into a folder of its name. */
async function copy({ name, file }: ScannedStack, folder: string): Promise<void> {
  const stack = await readStackFile(file);
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "main.tf"), hclOf(stack));
}

async function runCheckov(python: string, folder: string, signal: AbortSignal): Promise<ScannerReport> {
  const what = ["--directory", folder, "--framework", "terraform"];
  // No module or guideline is asked of the network.
  const how = ["--compact", "--quiet", "--soft-fail", "--skip-download", "--output", "json"];
  const { stdout } = await execa(python, ["-m", "checkov.main", ...what, ...how], {
    cancelSignal: signal,
    maxBuffer: 2 ** 28,
    env: { LOG_LEVEL: "ERROR" },
  });
  return readCheckov(stdout);
}

async function runTrivy(trivy: string, folder: string, signal: AbortSignal): Promise<ScannerReport> {
  // The checks are those that are built in; none are downloaded.
  const how = ["--skip-check-update", "--skip-version-check", "--disable-telemetry", "--format", "json"];
  const { stdout, stderr } = await execa(trivy, ["config", ...how, folder], {
    cancelSignal: signal,
    maxBuffer: 2 ** 28,
  });
  return readTrivy(stdout, stderr);
}
