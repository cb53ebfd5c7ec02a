import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RehearsalError } from "./rehearsal-error";
import type { AppliedStack } from "./result";
import type { RehearsalTargets } from "./terraform/rewrites";
import { type Terraform, TerraformError } from "./terraform/terraform";
import { copyManifest, createWorkspace, type Workspace } from "./terraform/workspace";

const firstPlan = "first.tfplan";
const secondPlan = "second.tfplan";
const destroyPlan = "destroy.tfplan";
const keptMessage = "These resources were kept due to the resource policy";
const destroyAttempts = 3;

/** Applies the stacks of a rehearsal, plans them again and destroys them. */
export class StackRunner {
  /** Folders of the stacks, in the order in which they are applied; none before {@link StackRunner.initialize}. */
  workspaces: readonly Workspace[] = [];

  /** @param folder the rehearsal's own, absolute */
  constructor(
    private readonly terraform: Terraform,
    private readonly folder: string,
  ) {}

  /** Makes a folder for each stack, rewritten for the rehearsal, and initializes Terraform in it. */
  async initialize(synthesized: string, stacks: readonly string[], targets: RehearsalTargets): Promise<void> {
    this.workspaces = await Promise.all(
      stacks.map((stack) => createWorkspace(synthesized, stack, join(this.folder, "stacks"), targets)),
    );
    await copyManifest(synthesized, this.folder, stacks);
    await Promise.all(this.workspaces.map(({ stack, folder }) => this.terraform.init(stack, folder)));
  }

  async apply({ stack, folder, rewrites }: Workspace): Promise<AppliedStack> {
    const started = Date.now();
    await this.terraform.plan(stack, folder, firstPlan);
    await this.terraform.apply(stack, folder, firstPlan);
    const state = JSON.parse(await this.terraform.show(stack, folder)) as {
      values?: { root_module?: { resources?: unknown[] } };
    };
    const resources = state.values?.root_module?.resources?.length ?? 0;
    return { stack, resources, seconds: (Date.now() - started) / 1000, rewrites };
  }

  /** @throws RehearsalError when there is something to change */
  async planAgain({ stack, folder }: Workspace): Promise<void> {
    if (await this.terraform.plan(stack, folder, secondPlan)) {
      const log = join(this.folder, "logs", `${stack}-plan-${secondPlan}.log`);
      throw new RehearsalError(`the second plan of ${stack} is not empty, see ${log}`);
    }
  }

  /** What a plan file holds is packed; the search for secrets reads what Terraform shows of it. */
  async writeShownPlans(): Promise<void> {
    for (const { stack, folder } of this.workspaces) {
      for (const file of [firstPlan, secondPlan]) {
        await writeFile(join(folder, `${file}.json`), await this.terraform.show(stack, folder, file));
      }
    }
  }

  /**
   * Applies a stack whose JSON was written anew.
   *
   * @param name of the plan's file, without extension
   * @returns the plan, as Terraform shows it
   */
  async change({ stack, folder }: Workspace, name: string): Promise<string> {
    const file = `${name}.tfplan`;
    let first: string | undefined;
    await this.untilOnlyKept(async () => {
      await this.terraform.plan(stack, folder, file);
      // A later attempt plans only what the first one left.
      first ??= await this.terraform.show(stack, folder, file);
      await writeFile(join(folder, `${file}.json`), first);
      await this.terraform.apply(stack, folder, file);
    });
    return first ?? "{}";
  }

  /** Destroys a stack. */
  async destroy({ stack, folder }: Workspace): Promise<void> {
    await this.untilOnlyKept(async () => {
      await this.terraform.plan(stack, folder, destroyPlan, ["-destroy"]);
      await this.terraform.apply(stack, folder, destroyPlan);
    });
  }

  /**
   * Helm's word that definitions were kept is a warning to the provider's version 2 and later, and an error to the one
   * before, which then must look again to see that the release is gone.
   */
  private async untilOnlyKept(run: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await run();
        return;
      } catch (error) {
        const onlyKept = error instanceof TerraformError && error.errors.every((each) => each.startsWith(keptMessage));
        if (!onlyKept || attempt === destroyAttempts) {
          throw error;
        }
      }
    }
  }
}
