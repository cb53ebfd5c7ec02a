import type { ClusterModel } from "../objects/cluster";
import type { Ledger } from "../report";
import { controls, restrictedViolations } from "./restricted";

/** Checks every pod that is known whole against the level `restricted`; those that only an operator knows are named. */
export function checkPodSecurity(model: ClusterModel, ledger: Ledger): void {
  for (const pod of model.pods) {
    const { origin } = pod.object;
    if (!pod.spec) {
      const release = model.releases.find(({ installation }) => installation.id === origin.release);
      ledger.skip(
        { release: origin.release, chart: release?.installation.chart ?? "", reason: "operators write these pods" },
        `pod security of ${pod.madeBy}`,
      );
      continue;
    }
    ledger.count("pod");
    for (const control of controls) {
      ledger.consider({ check: "pod security", release: origin.release, path: pod.madeBy, given: control });
    }
    for (const { control, path, given, allowed } of restrictedViolations(pod.spec)) {
      ledger.find({
        check: "pod security",
        release: origin.release,
        path: `${pod.madeBy} ${pod.path}.${path}`,
        given: `${control}: ${given}`,
        allowed,
        next: "set it by the chart's values, or add a waiver with its reason to verification/waivers.ts",
      });
    }
  }
}
