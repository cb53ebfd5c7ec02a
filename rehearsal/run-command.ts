import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { projectRoot } from "./paths";
import { RehearsalError } from "./rehearsal-error";

/** Where a command finds the rehearsal that it runs in. */
export interface CommandContext {
  /** Folder of the rehearsal: `--output` for the cdktf command line. */
  readonly folder: string;
  readonly kubeconfig: string;
  /** Terraform's CLI configuration. */
  readonly cliConfig: string;
  /** Path of Terraform. */
  readonly terraform: string;
  readonly signal: AbortSignal;
  /** Told each line that the command prints. */
  readonly line: (text: string) => void;
}

/**
 * Runs a shell command in the network of a rehearsal, from the project's root.
 *
 * @throws RehearsalError when it ends with another exit code than 0
 */
export async function runCommand(command: string, context: CommandContext): Promise<void> {
  const { folder, kubeconfig, cliConfig, terraform, signal, line } = context;
  const child = execa("sh", ["-c", command], {
    cwd: projectRoot,
    stdin: "ignore",
    reject: false,
    all: true,
    cancelSignal: signal,
    env: {
      KUBECONFIG: kubeconfig,
      TF_CLI_CONFIG_FILE: cliConfig,
      TERRAFORM_BINARY_NAME: terraform,
      TERRALAKE_REHEARSAL: folder,
      CHECKPOINT_DISABLE: "1",
      DISABLE_VERSION_CHECK: "1",
    },
  });
  for await (const text of child.iterable({ from: "all" })) {
    const plain = stripVTControlCharacters(text).trimEnd();
    if (plain.trim() !== "") line(plain);
  }
  const { exitCode } = await child;
  signal.throwIfAborted();
  if (exitCode !== 0) {
    throw new RehearsalError(`"${command}" ended with exit code ${exitCode}, its output is above`);
  }
}
