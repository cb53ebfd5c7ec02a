import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DISK_CLASS, type Environment, rolesOf } from "../environments/schema";
import { type Isolation, probeIsolation, startIsolated } from "./cluster/isolation";
import { lockRehearsal } from "./lock";
import { type Message, messageReader } from "./messages";
import { projectRoot } from "./paths";
import {
  chartsOf,
  prepareTools,
  providersOf,
  type RehearsalPlan,
  rehearsalFolder,
  type SkippablePart,
  sharedNetwork,
  stacksUpTo,
  substitutesOf,
  synthesizeAll,
  writePlan,
} from "./prepare";
import { RehearsalError } from "./rehearsal-error";
import type { RehearsalResult } from "./result";
import { type Report, ShownSteps } from "./shown-steps";
import { startHere } from "./start-here";

/** Settings of {@link rehearse}. */
export interface RehearseOptions {
  /** Whether everything is left running at the end, until the signal. */
  readonly keep: boolean;
  /**
   * Shell command to run once all is applied, in the rehearsal's network. `KUBECONFIG`, `TF_CLI_CONFIG_FILE` and
   * `TERRALAKE_REHEARSAL` (its folder, which the cdktf command line takes as `--output`) lead it to the rehearsal.
   *
   * @default - none
   */
  readonly exec?: string;
  /**
   * Parts to leave out: `switch-off` switches each service off, one after another.
   *
   * @default - none
   */
  readonly skip?: readonly SkippablePart[];
  /**
   * Layers to apply, with those before them.
   *
   * @default - all in-cluster layers
   */
  readonly layers?: readonly string[];
  readonly report: Report;
  /** Stops the rehearsal and everything it started. */
  readonly signal: AbortSignal;
  /**
   * Told what was found once everything is applied, before it is destroyed.
   *
   * @default - nobody
   */
  readonly onReady?: (result: RehearsalResult) => void;
}

/**
 * Applies the in-cluster layers of an environment for real: API server, Vault, External Secrets, Terraform and its
 * providers run on this machine; then plans again, reads back and destroys.
 *
 * @throws RehearsalError when a rehearsal runs already or does not find what it must; ToolError when a program is missing
 */
export async function rehearse(environment: Environment, options: RehearseOptions): Promise<RehearsalResult> {
  const { distribution } = environment.vault;
  if (distribution !== "vault") {
    throw new RehearsalError(
      `vault.distribution of ${environment.name} is "${distribution}", and a rehearsal has a server of "vault" only; rehearse an environment that differs in nothing else`,
    );
  }
  const unlock = await lockRehearsal(environment.name);
  try {
    const isolation = await probeIsolation();
    const plan = await prepare(environment, isolation, options);
    return await run(await writePlan(plan), isolation, options);
  } finally {
    await unlock();
  }
}

async function prepare(
  environment: Environment,
  isolation: Isolation,
  options: RehearseOptions,
): Promise<RehearsalPlan> {
  const { report, signal } = options;
  const folder = rehearsalFolder(environment.name);
  await rm(folder, { recursive: true, force: true });
  const network = sharedNetwork(signal);
  const stacks = stacksUpTo(environment, options.layers);

  const tools = await report.step("find the tools", (line) => prepareTools({ signal, report: line, network }));
  const synthesized = await report.step("synthesize every environment", () => synthesizeAll(environment));
  const terraform = tools.get("terraform")?.path ?? "terraform";
  const providers = await report.step("find the providers", (line) =>
    providersOf(synthesized, stacks, terraform, { signal, report: line, network }),
  );
  const charts = await report.step("find the charts", (line) =>
    chartsOf(synthesized, stacks, { signal, report: line, network }),
  );
  return {
    environment: environment.name,
    context: environment.target.kind === "gke" ? `gke-${environment.name}` : environment.target.context,
    ...(environment.storageClass === DISK_CLASS && { ownStorageClass: DISK_CLASS }),
    nodePools: rolesOf(environment.target).filter((role) => role !== "general"),
    folder,
    synthesized,
    stacks,
    tools: Object.fromEntries([...tools].map(([name, { path }]) => [name, path])),
    cliConfig: providers.cliConfig,
    providers: providers.providers.map(({ provider, used }) => [provider, used] as const),
    charts: charts.map(({ chart, path }) => [chart, path] as const),
    substitutes: [
      ...(isolation.isolated ? [] : [`not isolated from this machine's network: ${isolation.reason}`]),
      ...substitutesOf(providers, charts, tools),
    ],
    isolated: isolation.isolated,
    keep: options.keep,
    skip: options.skip ?? [],
    exec: options.exec,
  };
}

/** Runs the part inside and shows what it tells. */
async function run(planFile: string, isolation: Isolation, options: RehearseOptions): Promise<RehearsalResult> {
  const { report, signal, onReady } = options;
  const found: { result?: RehearsalResult; failure?: Error } = {};
  const other: string[] = [];
  const shown = new ShownSteps(report);
  const onMessage = (message: Message): void => {
    switch (message.type) {
      case "step-begins":
        shown.begin(message.title);
        break;
      case "line":
        shown.line(message.line);
        break;
      case "step-ends":
        shown.end();
        break;
      case "failed":
        found.failure = message.expected ? new RehearsalError(message.message) : new Error(message.message);
        break;
      case "ready":
        onReady?.(message.result);
        break;
      case "result":
        found.result = message.result;
        break;
      default:
        message satisfies never;
    }
  };
  const read = messageReader(onMessage, (text) => other.push(text));
  const inside = fileURLToPath(new URL("./inside.ts", import.meta.url));
  const start = isolation.isolated ? startIsolated.bind(undefined, isolation) : startHere;
  const child = start(process.execPath, ["--import", "tsx", inside, planFile], { cwd: projectRoot, onOutput: read });
  const onAbort = (): void => child.stop("SIGINT");
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const { exitCode } = await child.finished.finally(() => signal.removeEventListener("abort", onAbort));
  const failure =
    found.failure ??
    (exitCode === 0 && found.result
      ? undefined
      : new RehearsalError(
          `the rehearsal ended with exit code ${exitCode}: ${other.slice(-20).join("\n") || "it said nothing"}`,
        ));
  await shown.finish(failure);
  signal.throwIfAborted();
  if (failure) throw failure;
  return found.result as RehearsalResult;
}
