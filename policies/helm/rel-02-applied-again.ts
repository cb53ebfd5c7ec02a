import { shown } from "../blocks";
import { releases } from "../releases";
import { forEach, type Rule } from "../rule";

export const appliedAgain: Rule = {
  id: "REL-02",
  reason: "a release that failed or fell out of the state must not block the next apply",
  remedy: "let ChartRelease adopt it: upgrade, or replace for charts whose hooks run at install only",
  check: forEach(releases, ({ block }) => {
    const { upgrade_install: upgrade, replace } = block;
    return (upgrade === true) !== (replace === true)
      ? []
      : [`upgrade_install is ${shown(upgrade)} and replace is ${shown(replace)}`];
  }),
};
