import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { type Existing, importBlocks } from "../../operations/bootstrap/existing";
import { type StateFacts, stateFacts } from "../../operations/bootstrap/state-place";
import { writeWhole } from "../../operations/write-whole";
import { projectRoot } from "../../rehearsal/paths";
import { stackFile } from "../../stacks/stack-json";
import { CliError } from "../errors";
import { run } from "../processes";

const stateFile = "bootstrap.tfstate";

/** Terraform's file for what takes the place of a part of the stack. */
const overrideFile = "backend_override.tf.json";

const importsFile = "existing.tf.json";

/** What a plan of Terraform says. */
export interface PlanOutcome {
  readonly changes: boolean;
  /** One line for each resource, such as `google_kms_key_ring.Keys will be created`, and the sum. */
  readonly lines: readonly string[];
}

/** How Terraform is run in a {@link WorkingFolder}. */
export interface TerraformRun {
  /** The program. */
  readonly terraform: string;
  /** Project that a person's requests count for. */
  readonly project: string;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The folder where Terraform applies the first layer of an environment: `.terralake/<environment>/bootstrap`. */
export class WorkingFolder {
  private readonly folder: string;
  private readonly state: string;

  /** @param place folder of what belongs to the environment on this machine */
  constructor(place: string) {
    this.folder = join(place, "bootstrap");
    this.state = join(place, stateFile);
  }

  /** The file of the state, as a person would name it. */
  get stateName(): string {
    return relative(projectRoot, this.state);
  }

  /** The state in a file, which a run has left that did not come to its end. */
  async localState(): Promise<StateFacts | undefined> {
    const text = await readFile(this.state, "utf8").catch(() => undefined);
    if (text === undefined || text.trim() === "") return undefined;
    try {
      return stateFacts(text);
    } catch {
      throw new CliError(`${this.stateName} is no state of Terraform; move it away, or put its backup in its place`);
    }
  }

  /** Puts the synthesized stack into the folder, with its state in a file where there is no bucket yet. */
  async prepare(stack: string, existing: readonly Existing[], state: "file" | "declared"): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await copyFile(stack, join(this.folder, stackFile));
    await this.write(importsFile, existing.length > 0 ? importBlocks(existing) : undefined);
    await this.keepStateIn(state);
  }

  /** Chooses where the next `init` finds the state. */
  async keepStateIn(state: "file" | "declared"): Promise<void> {
    const override = { terraform: { backend: { local: { path: `../${stateFile}` } } } };
    await this.write(overrideFile, state === "file" ? JSON.stringify(override, undefined, 2) : undefined);
  }

  /** Gets providers and connects to the state; what was kept elsewhere is left there. */
  async init(options: TerraformRun): Promise<void> {
    await this.terraform(["init", "-input=false", "-reconfigure"], options);
  }

  /** Moves the state from the file to where the stack declares it. */
  async moveState(options: TerraformRun): Promise<void> {
    await this.keepStateIn("declared");
    await this.terraform(["init", "-input=false", "-migrate-state", "-force-copy"], options);
  }

  /** Plans into a file; without a lock where nothing may be changed. */
  async plan(options: TerraformRun & { readonly lock: boolean }): Promise<PlanOutcome> {
    const args = ["plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=plan", `-lock=${options.lock}`];
    const { code, all } = await this.terraform(args, options, [0, 2]);
    const lines = all
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /^(# (?!data\.)\S+ (will|must) be |Plan: |No changes\.)/.test(line))
      .map((line) => line.replace(/^# /, ""));
    return { changes: code === 2, lines };
  }

  /** Applies what {@link plan} has planned. */
  async apply(options: TerraformRun): Promise<void> {
    await this.terraform(["apply", "-input=false", "-no-color", "plan"], options);
  }

  /** Values that the stack hands out. */
  async outputs(options: TerraformRun): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await this.terraform(["output", "-json"], { ...options, report: () => undefined });
    const outputs = JSON.parse(stdout) as Readonly<Record<string, { readonly value: unknown }>>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, String(value)]));
  }

  /** Moves the file of a state aside that is in the bucket now. @returns where it is */
  async setAside(): Promise<string> {
    const aside = `${this.state}.moved-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    await rename(this.state, aside);
    await rm(`${this.state}.backup`, { force: true });
    return relative(projectRoot, aside);
  }

  private async write(name: string, text: string | undefined): Promise<void> {
    const file = join(this.folder, name);
    if (text === undefined) await rm(file, { force: true });
    else await writeWhole(file, `${text}\n`);
  }

  private async terraform(args: readonly string[], options: TerraformRun, good: readonly number[] = [0]) {
    const { terraform, project, report, signal } = options;
    const result = await run(terraform, args, {
      cwd: this.folder,
      // A person's requests must count for a project of theirs, which the provider does not do by itself.
      env: {
        TF_IN_AUTOMATION: "1",
        CHECKPOINT_DISABLE: "1",
        USER_PROJECT_OVERRIDE: "true",
        GOOGLE_BILLING_PROJECT: project,
      },
      signal,
      // Terraform saves its state when it is interrupted; what it waits for at Google's side may take a while.
      graceMs: 120_000,
      onLine: (line) => {
        if (line.trim() !== "") report(line.trim());
      },
    });
    if (good.includes(result.code)) return result;
    throw new CliError(
      `terraform ${args[0]} failed (exit code ${result.code}), its output is above; what was made is in the state, so run again`,
      1,
      result.all,
    );
  }
}
