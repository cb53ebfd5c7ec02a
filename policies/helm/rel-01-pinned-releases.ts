import { shown } from "../blocks";
import { releases } from "../releases";
import { forEach, type Rule } from "../rule";

export const pinnedReleases: Rule = {
  id: "REL-01",
  reason: "an open version installs something else tomorrow, and Helm's own limits are none",
  remedy: "make the release by ChartRelease",
  check: forEach(releases, ({ block }) => {
    const { chart, version, max_history: history, timeout, wait } = block;
    // A chart of this project travels with the stack: its folder is its version.
    const pinned = String(chart).startsWith("./") || /^v?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(String(version));
    return [
      ...(pinned ? [] : [`version is ${shown(version)}`]),
      ...(Number(history) >= 1 && Number(history) <= 10 ? [] : [`max_history is ${shown(history)}`]),
      ...(Number(timeout) > 0 ? [] : [`timeout is ${shown(timeout)}`]),
      ...(typeof wait === "boolean" ? [] : [`wait is ${shown(wait)}`]),
    ];
  }),
};
