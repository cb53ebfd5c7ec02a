import type { Environment, GivenEnvironment } from "../environment";
import type { Problem } from "../errors";

/** An environment whose fields were checked one by one, as far as they are valid. */
export interface Draft {
  readonly given: Partial<GivenEnvironment>;
  readonly environment: Partial<Environment>;
  /** Paths of the fields that are wrong. */
  readonly wrong: readonly (readonly PropertyKey[])[];
}

/** A rule across fields. */
export type Check = (draft: Draft) => readonly Problem[];

/** Settings of {@link check}. */
interface CheckSettings<K extends keyof Environment> {
  /** Parts that the rule looks at; without them it does not run. */
  readonly needs: readonly K[];
  /** Parts in which no field may be wrong, as the rule would repeat that mistake in other words. */
  readonly clean?: readonly K[];
  /** Parts whose own keys must all be right, while fields further down may be wrong. */
  readonly named?: readonly K[];
}

/** A rule that runs when the parts it looks at are there. */
export function check<K extends keyof Environment>(
  settings: CheckSettings<K>,
  run: (environment: Pick<Environment, K>, given: Partial<GivenEnvironment>) => readonly Problem[],
): Check {
  const { needs, clean = [], named = [] } = settings;
  const runs = ({ environment, wrong }: Draft) =>
    needs.every((part) => environment[part] !== undefined) &&
    !wrong.some(([part]) => clean.some((key) => key === part)) &&
    !wrong.some(([part, ...rest]) => rest.length <= 1 && named.some((key) => key === part));
  return (draft) => (runs(draft) ? run(draft.environment as Pick<Environment, K>, draft.given) : []);
}
