import { pinnedReleases } from "../../policies/helm/rel-01-pinned-releases";
import { appliedAgain } from "../../policies/helm/rel-02-applied-again";
import { waiting } from "../../policies/helm/vlt-11-waiting";
import { delivery, describeRule, release, resource } from "./hand-made";

const noRelease = [["what is no release", resource("vault_mount", {})]] as const;

describeRule(pinnedReleases, {
  violates: [
    ["a range", release({ version: "~1.2" }), 'version is "~1.2"'],
    ["no version", release({ version: undefined }), "version is absent"],
    ["an endless history", release({ max_history: 0 }), "max_history is 0"],
    ["a long history", release({ max_history: 11 }), "max_history is 11"],
    ["no timeout", release({ timeout: undefined }), "timeout is absent"],
    ["no word on waiting", release({ wait: undefined }), "wait is absent"],
  ],
  complies: [
    ["an exact version", release()],
    ["a version as upstream writes it", release({ version: "v1.21.1-rc.1" })],
    ["a chart of this project", delivery()],
  ],
  doesNotApply: noRelease,
});

describeRule(appliedAgain, {
  violates: [
    ["neither way", release({ upgrade_install: undefined }), "upgrade_install is absent and replace is absent"],
    ["both ways", release({ replace: true }), "upgrade_install is true and replace is true"],
  ],
  complies: [
    ["an upgrade", release()],
    ["a replacement", release({ upgrade_install: undefined, replace: true })],
  ],
  doesNotApply: noRelease,
});

describeRule(waiting, {
  violates: [
    ["a release that is not waited for", release({ wait: false }), "wait is false for the chart one"],
    ["Vault waited for", release({ chart: "vault" }), "wait is true for the chart vault"],
    [
      "a chart of this project that is not waited for",
      release({ chart: "./assets/Chart/00AB", wait: false }, { replicas: 1 }),
      "wait is false for the chart ./assets/Chart/00AB",
    ],
    [
      "topics whose removal is not waited for",
      delivery({ apiVersion: "kafka.strimzi.io/v1", kind: "KafkaTopic", metadata: { name: "a" } }),
      "wait is false for the chart ./assets/Chart/00AB",
    ],
  ],
  complies: [
    ["a release that is waited for", release()],
    ["Vault of a folder", release({ chart: "charts/vault", wait: false })],
    ["OpenBao", release({ chart: "openbao", wait: false })],
    ["custom resources", delivery({ apiVersion: "v1", kind: "A", metadata: { name: "a" } })],
  ],
  doesNotApply: noRelease,
});
