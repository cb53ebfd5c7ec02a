import type { HelmRecord } from "../inspect/helm-records";
import { releasesWithData } from "./data-holders";
import { type ChangedWorkspace, ownersOf, releasesOf } from "./resynthesis";

/** The part of a plan that is read. @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
interface ShownPlan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}

/** What a plan takes away. */
export interface PlannedRemoval {
  /** Number of resources. */
  readonly removed: number;
  /** One line for each address that the plan must not touch like this. */
  readonly problems: readonly string[];
}

/**
 * Reads what `terraform show -json` prints of the plan that switches a service off. Nothing may be destroyed and made anew,
 * and of a service that stays no release that holds data may go.
 *
 * @param records the releases that were installed before
 */
export function plannedProblems(
  shown: string,
  {
    workspace,
    before,
    after,
  }: Pick<ChangedWorkspace, "before" | "after"> & {
    readonly workspace: Pick<ChangedWorkspace["workspace"], "stack">;
  },
  records: readonly HelmRecord[],
): PlannedRemoval {
  const changes = ((JSON.parse(shown) as ShownPlan).resource_changes ?? []).filter(({ mode }) => mode === "managed");
  const deleted = changes.filter(({ change }) => change.actions.includes("delete"));
  const withData = releasesWithData(records);
  const releases = releasesOf(before);
  const owners = ownersOf(before);
  const stay = new Set(ownersOf(after).values());
  const problems = deleted.flatMap(({ address, change }) => {
    const where = `${address} of ${workspace.stack}`;
    if (change.actions.includes("create")) return [`${where} is destroyed and made anew`];
    const release = releases.get(address) ?? "";
    const owner = owners.get(address) ?? "";
    return withData.has(release) && stay.has(owner) ? [`${where} holds data of ${owner}, which stays`] : [];
  });
  return { removed: deleted.length, problems };
}
