import type { Environment, GkeTarget } from "../../environments/schema";
import { type Existing, findExisting } from "../../operations/bootstrap/existing";
import { GoogleApi } from "../../operations/bootstrap/google-api";
import { enableServices, inspectProject, type ProjectFacts } from "../../operations/bootstrap/project";
import { defaultsToRemove, findDefaults } from "../../operations/bootstrap/project-defaults";
import { agentApis, makeAgents } from "../../operations/bootstrap/service-agents";
import { findState, type StatePlace, stateIn } from "../../operations/bootstrap/state-place";
import { stackName } from "../../stacks/layers";
import { readStackFile, type StackJson } from "../../stacks/stack-json";
import { confirmByName } from "../confirmation";
import type { Context } from "../context";
import { CliError } from "../errors";
import { note, print } from "../output";
import { type Report, steps } from "../progress";
import { localFolder } from "../project";
import { withSynthesis } from "../synthesis";
import { googleToken } from "./credentials";
import { nextSteps, stepsOf } from "./words";
import { type TerraformRun, WorkingFolder } from "./working-folder";

/** How a bootstrap is run. */
export interface BootstrapOptions {
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
}

/** An environment on Google Cloud. */
export type OnGoogle = Environment & { readonly target: GkeTarget };

/** What was found before anything was changed. */
interface Findings {
  readonly facts: ProjectFacts;
  readonly existing: readonly Existing[];
  readonly place: StatePlace;
}

/** What the steps of a run share. */
export interface Run {
  readonly environment: OnGoogle;
  readonly api: GoogleApi;
  readonly folder: WorkingFolder;
  /** The synthesized stack, and the file it was read from. */
  readonly stack: StackJson;
  readonly file: string;
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly terraform: (report: (line: string) => void) => TerraformRun;
}

/** Makes what must be there before the other layers of an environment; may be run again at any time. */
export async function bootstrap(environment: OnGoogle, options: BootstrapOptions, context: Context): Promise<void> {
  const { name, target } = environment;
  const { signal } = context.cancellation;
  const { findTool } = await import("../../rehearsal/tools");
  const terraform = await findTool("terraform");
  if ("missing" in terraform) throw new CliError(`Terraform 1.11 or newer is missing; ${terraform.howToGet}`);
  const api = new GoogleApi({ token: await googleToken(name, signal), project: target.project, signal });
  await withSynthesis({ environments: [name], signal, debug: context.debug() }, async (stacks) => {
    const file = stacks.find((stack) => stack.name === stackName(name, "bootstrap"))?.file;
    if (!file) throw new CliError(`main.ts builds no stack ${stackName(name, "bootstrap")}; add the environment to it`);
    await bootstrapStack(
      {
        environment,
        api,
        folder: new WorkingFolder(localFolder(name)),
        stack: await readStackFile(file),
        file,
        report: steps(signal),
        signal,
        terraform: (report) => ({ terraform: terraform.path, project: target.project, report, signal }),
      },
      options,
    );
  });
}

/** The same for a stack that was synthesized: looks, says what it will do, and does it. */
export async function bootstrapStack(run: Run, options: BootstrapOptions): Promise<void> {
  const findings = await look(run);
  for (const line of stepsOf(run.environment, findings, run.folder.stateName)) print(line);
  for (const line of await defaults(run, findings.facts)) note(line);
  if (options.dryRun) await show(run, findings);
  else await make(run, findings, options.yes);
}

function look({ environment, api, folder, stack, report }: Run): Promise<Findings> {
  const { project } = environment.target;
  return report.step(`look at project ${project}`, async () => {
    const facts = await inspectProject(api, project);
    const place = await findState(api, stack, facts, await folder.localState());
    return { facts, place, existing: await findExisting(api, stack, facts) };
  });
}

/** What Google has put into the project by itself, and how it is removed: other teams may use it, so a person decides. */
async function defaults({ environment, api, report }: Run, facts: ProjectFacts): Promise<readonly string[]> {
  const { project } = environment.target;
  const found = await report.step("look for Google's defaults", () => findDefaults(api, facts));
  return defaultsToRemove(project, found);
}

async function show(run: Run, findings: Findings): Promise<void> {
  const { lines } = await plan(run, findings, false);
  for (const line of lines) print(line);
  if (findings.facts.off.length > 0) {
    note(`what needs ${findings.facts.off.join(", ")} is not known before these APIs are on`);
  }
  print("nothing was changed");
}

async function make(run: Run, first: Findings, yes: boolean): Promise<void> {
  const { environment, api, folder, stack, report, signal } = run;
  let agreed = yes;
  const agree = async () => {
    if (!agreed) await confirm(environment, signal);
    agreed = true;
  };
  let findings = first;
  if (first.facts.off.length > 0) {
    await agree();
    await report.step("switch on the first APIs", () => enableServices(api, first.facts, { signal }));
    findings = await look(run);
  }
  const { place } = findings;
  const { changes, lines } = await plan(run, findings, true);
  if (changes) {
    for (const line of lines) note(line);
    await agree();
    const apis = agentApis(stack);
    if (apis.length > 0) {
      const title = `make the agents of ${apis.join(", ")}`;
      await report.step(title, () => makeAgents(api, environment.target.project, apis, { signal }));
    }
    await report.step("apply", (say) => folder.apply(run.terraform(say)));
    // Switching Compute Engine on makes them; what was there before has been shown.
    for (const line of await defaults(run, { ...findings.facts, off: [] })) note(line);
  }
  if (place.kind === "first") await moveState(run, place.bucket);
  if (place.kind === "kept" && place.fileIsCopy) note(`the copy of the state is in ${await folder.setAside()} now`);
  const outputs = await folder.outputs(run.terraform(() => undefined));
  print(
    changes ? `${environment.name} has what the other layers need` : `${environment.name}: nothing was to be changed`,
  );
  for (const line of nextSteps(environment, outputs)) print(line);
}

async function plan({ folder, file, report, ...run }: Run, { existing, place }: Findings, lock: boolean) {
  await folder.prepare(file, existing, place.kind === "first" ? "file" : "declared");
  await report.step("get providers", (say) => folder.init(run.terraform(say)));
  return report.step("plan", (say) => folder.plan({ ...run.terraform(say), lock }));
}

/** Moves the state into the bucket that was made with it, and looks whether it arrived. */
async function moveState({ api, folder, stack, report, ...run }: Run, bucket: string): Promise<void> {
  const before = await folder.localState();
  if (!before) return;
  await report.step(`move the state into ${bucket}`, (say) => folder.moveState(run.terraform(say)));
  const after = await stateIn(api, bucket, `${stack.terraform.backend.gcs?.prefix}/default.tfstate`);
  if (after?.lineage !== before.lineage) {
    throw new CliError(`the state did not arrive in ${bucket}; it is still in ${folder.stateName}, so run again`);
  }
  note(`the state is in ${bucket}; its file was moved to ${await folder.setAside()}`);
}

function confirm({ name, target }: OnGoogle, signal: AbortSignal): Promise<void> {
  const question = {
    name,
    consequence: `This changes project ${target.project}; key rings and keys that it makes stay for ever.`,
    unattended: `bootstrap would change project ${target.project}`,
    refused: "nothing was changed",
  };
  return confirmByName(question, signal);
}
