import { appendFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { adviceFor } from "./known-failures";
import { StandInValues } from "./stand-in-values";

/** Settings of {@link Terraform}. */
export interface TerraformOptions {
  /** Path of the program, Terraform or OpenTofu. */
  readonly program: string;
  /** Path of the CLI configuration that says where providers are. */
  readonly cliConfig: string;
  /** Folder for one log file per command and stack. */
  readonly logFolder: string;
  readonly signal: AbortSignal;
}

/** A Terraform command that failed, with what Terraform said. */
export class TerraformError extends Error {
  /** The first line of each error. */
  readonly errors: readonly string[];

  constructor(stack: string, command: string, output: string, logFile: string) {
    const advice = adviceFor(output);
    const next = advice ? `\nnext: ${advice}` : "";
    super(`terraform ${command} of ${stack} failed, whole log in ${logFile}\n${lastError(output)}${next}`);
    this.name = "TerraformError";
    this.errors = [...output.matchAll(/^(?:│ )?Error: (.*)$/gm)].map(([, first = ""]) => first);
  }
}

/** Runs Terraform in the folder of a stack; everything it prints is kept in a log. */
export class Terraform {
  private readonly standIns = new StandInValues();

  constructor(private readonly options: TerraformOptions) {}

  async init(stack: string, folder: string): Promise<void> {
    await this.run(stack, folder, "init", ["init", "-input=false", "-no-color"]);
  }

  /** Writes a plan and tells whether it would change anything. */
  async plan(stack: string, folder: string, planFile: string, args: readonly string[] = []): Promise<boolean> {
    const { exitCode } = await this.run(
      stack,
      folder,
      `plan-${planFile}`,
      ["plan", "-input=false", "-no-color", "-detailed-exitcode", `-out=${planFile}`, ...args],
      [0, 2],
    );
    return exitCode === 2;
  }

  async apply(stack: string, folder: string, planFile: string): Promise<void> {
    await this.run(stack, folder, `apply-${planFile}`, ["apply", "-input=false", "-no-color", planFile]);
  }

  /** A saved plan or the state as JSON. */
  async show(stack: string, folder: string, planFile?: string): Promise<string> {
    const name = `show-${planFile ?? "state"}`;
    const { stdout } = await this.run(stack, folder, name, ["show", "-json", ...(planFile ? [planFile] : [])]);
    return stdout;
  }

  private async run(
    stack: string,
    folder: string,
    name: string,
    args: readonly string[],
    allowed: readonly number[] = [0],
  ): Promise<{ readonly exitCode: number; readonly stdout: string }> {
    const { program, cliConfig, logFolder, signal } = this.options;
    const logFile = join(logFolder, `${stack}-${name}.log`);
    await mkdir(dirname(logFile), { recursive: true });
    const result = await execa(program, [...args], {
      cwd: folder,
      reject: false,
      all: true,
      cancelSignal: signal,
      // Terraform finishes what it has begun when it is asked to end.
      forceKillAfterDelay: 60_000,
      env: {
        TF_CLI_CONFIG_FILE: cliConfig,
        TF_IN_AUTOMATION: "1",
        CHECKPOINT_DISABLE: "1",
        TF_DATA_DIR: undefined,
        TF_LOG: undefined,
        TF_WORKSPACE: undefined,
        ...(await this.standIns.environment(folder)),
      },
    });
    // What `show` prints is read by the caller, and is as long as the state.
    const printed = args[0] === "show" ? result.stderr : result.all;
    await appendFile(logFile, `$ terraform ${args.join(" ")}\n${printed ?? ""}\n`, { mode: 0o600 });
    signal.throwIfAborted();
    const exitCode = result.exitCode ?? 1;
    if (!allowed.includes(exitCode)) {
      throw new TerraformError(stack, args[0] ?? "", result.all ?? result.message ?? "", logFile);
    }
    return { exitCode, stdout: result.stdout ?? "" };
  }
}

/** The errors in what Terraform printed, without the plan before them. */
function lastError(output: string): string {
  const at = output.search(/^(╷\n│ )?Error: /m);
  return (at < 0 ? output.slice(-2000) : output.slice(at, at + 4000)).trim();
}
