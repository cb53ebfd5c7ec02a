import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../../environments/schema";
import type { ControlPlane } from "../cluster/control-plane";
import { type HelmRecord, helmRecords } from "../inspect/helm-records";
import { type LiveObject, liveObjects } from "../inspect/live-objects";
import { nameOf, unexplained } from "../inspect/unexplained";
import type { ShowStep } from "../proofs";
import { RehearsalError } from "../rehearsal-error";
import type { SwitchedOff } from "../result";
import type { StackRunner } from "../stack-runner";
import type { RehearsalTargets } from "../terraform/rewrites";
import { lostHolders } from "./data-holders";
import { describeKept, isKept } from "./kept";
import { plannedProblems } from "./planned-changes";
import { type ChangedWorkspace, managedObjects, releasesOf, resynthesize } from "./resynthesis";
import { type Removal, removalsOf } from "./services-to-remove";

/** What {@link SwitchOff} works on. */
export interface SwitchOffOptions {
  readonly cluster: ControlPlane;
  readonly runner: StackRunner;
  /** Folder of the rehearsal; absolute. */
  readonly folder: string;
  /** Stacks that were applied, in that order. */
  readonly stacks: readonly string[];
  readonly targets: RehearsalTargets;
  readonly signal: AbortSignal;
}

/** The cluster at one moment. */
interface Moment {
  readonly records: readonly HelmRecord[];
  readonly objects: readonly LiveObject[];
  /** Those that nothing accounts for. */
  readonly unexplained: readonly LiveObject[];
}

/** How long Kubernetes may take to remove what belonged to something that is gone. */
const settleMs = 45_000;

/** Switches services off one after another, as somebody does who takes them out of the environment's file. */
export class SwitchOff {
  constructor(private readonly options: SwitchOffOptions) {}

  /**
   * Switches off every service of an environment, the last that was built first, and looks each time what is left.
   *
   * @throws RehearsalError that names the service and what it left, or what of another one was touched
   */
  async all(environment: Environment, step: ShowStep): Promise<readonly SwitchedOff[]> {
    const { runner } = this.options;
    const done: SwitchedOff[] = [];
    let before = await this.look();
    // What a proof or a person has put there is nobody's leftover.
    const known = new Set(before.unexplained.map(({ uid }) => uid));
    for (const removal of removalsOf(environment)) {
      await step(`switch off ${removal.service}`, async (line) => {
        const { result, after } = await this.one(removal, before, known);
        before = after;
        done.push(result);
        line(describe(result));
      });
    }
    await step("plan again without services", async (line) => {
      for (const workspace of runner.workspaces) {
        await runner.planAgain(workspace);
      }
      line("nothing to change");
    });
    return done;
  }

  private async one(
    { service, environment }: Removal,
    before: Moment,
    known: ReadonlySet<string>,
  ): Promise<{ readonly result: SwitchedOff; readonly after: Moment }> {
    const { runner, folder, stacks, targets } = this.options;
    const started = Date.now();
    const outdir = join(folder, "switch-off");
    const changed = await resynthesize(environment, {
      outdir,
      stacksFolder: join(folder, "stacks"),
      stacks,
      targets,
    });
    const problems: string[] = [];
    let removed = 0;
    for (const stack of changed) {
      const shown = await runner.change(stack.workspace, `switch-off-${service}`);
      const planned = plannedProblems(shown, stack, before.records);
      removed += planned.removed;
      problems.push(...planned.problems);
    }
    const gone = new Set(changed.flatMap(removedReleases));
    const after = await this.settled(gone, known);
    problems.push(
      ...lostHolders(before.objects, after.objects, gone),
      ...stillThere(after, gone, known),
      ...after.records
        .filter(({ info }) => info.status !== "deployed")
        .map(({ namespace, name, info }) => `release ${namespace}/${name} is ${info.status}`),
    );
    if (problems.length > 0) {
      throw new RehearsalError(
        `${service} was switched off, and:\n${problems.map((problem) => `  ${problem}`).join("\n")}\n` +
          `next: see what its construct and its chart make that Terraform does not know of, and rehearse with --keep`,
      );
    }
    // Definitions are listed once all is destroyed.
    const kept = after.objects
      .filter((object) => object.kind !== "CustomResourceDefinition" && isKept(object) && isOf(object, gone))
      .map(describeKept);
    const seconds = (Date.now() - started) / 1000;
    const layers = changed.map(({ workspace }) => workspace.stack);
    return {
      result: { service, stacks: layers, resources: removed, releases: [...gone].sort(), kept, seconds },
      after,
    };
  }

  /** The cluster once nothing goes any more, or once it was given enough time. */
  private async settled(gone: ReadonlySet<string>, known: ReadonlySet<string>): Promise<Moment> {
    const end = Date.now() + settleMs;
    for (;;) {
      const moment = await this.look();
      if (stillThere(moment, gone, known).length === 0 || Date.now() > end) {
        return moment;
      }
      await sleep(500, undefined, { signal: this.options.signal });
    }
  }

  private async look(): Promise<Moment> {
    const { cluster, folder, stacks } = this.options;
    const managed = await managedObjects(join(folder, "stacks"), stacks);
    // Releases last: what one of them made is there before its record says so.
    const objects = await liveObjects(cluster);
    const records = await helmRecords(cluster);
    return { records, objects, unexplained: unexplained(objects, { records, managed }) };
  }
}

function removedReleases({ before, after }: ChangedWorkspace): readonly string[] {
  const now = new Set(releasesOf(after).values());
  return [...releasesOf(before).values()].filter((release) => !now.has(release));
}

/** Whether an object says that it is part of a release, by Helm's annotation or by the usual label. */
function isOf({ namespace, labels, annotations }: LiveObject, releases: ReadonlySet<string>): boolean {
  const by = annotations["meta.helm.sh/release-name"];
  return by === undefined
    ? releases.has(`${namespace}/${labels["app.kubernetes.io/instance"] ?? ""}`)
    : releases.has(`${annotations["meta.helm.sh/release-namespace"] ?? ""}/${by}`);
}

/** One line for each release and object that should be gone. */
function stillThere(moment: Moment, gone: ReadonlySet<string>, known: ReadonlySet<string>): readonly string[] {
  const releases = moment.records.map(({ namespace, name }) => `${namespace}/${name}`).filter((name) => gone.has(name));
  const objects = moment.unexplained.filter(
    (object) => !isKept(object) && (!known.has(object.uid) || isOf(object, gone)),
  );
  return [...releases.map((name) => `release ${name} is left`), ...objects.map((each) => `${nameOf(each)} is left`)];
}

function describe({ stacks, resources, releases, kept, seconds }: SwitchedOff): string {
  const volumes = kept.length > 0 ? `, kept ${kept.join(", ")}` : ", nothing kept";
  return `${resources} resources and ${releases.length} releases gone from ${stacks.join(", ")}${volumes} (${seconds.toFixed(1)} s)`;
}
