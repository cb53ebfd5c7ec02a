import type { Rule } from "../rule";
import { pinnedReleases } from "./rel-01-pinned-releases";
import { appliedAgain } from "./rel-02-applied-again";
import { order } from "./rel-04-order";
import { keptVolumes } from "./rel-08-kept-volumes";
import { waiting } from "./vlt-11-waiting";

/** Rules on Helm releases. */
export const helmRules: readonly Rule[] = [pinnedReleases, appliedAgain, order, keptVolumes, waiting];
