import { stringify } from "yaml";
import type { HelmRecord } from "../../../rehearsal/inspect/helm-records";
import type { LiveObject } from "../../../rehearsal/inspect/live-objects";

/** A release as Helm records it, in namespace `data`. */
export function release(name: string, objects: readonly object[] = [], extra: Partial<HelmRecord> = {}): HelmRecord {
  return {
    name,
    namespace: "data",
    info: { status: "deployed" },
    chart: { metadata: { name: "chart", version: "1.0.0" } },
    manifest: objects.map((object) => `---\n${stringify(object)}`).join(""),
    ...extra,
  };
}

/** An object in namespace `data` that nothing says anything of. */
export function live(kind: string, name: string, extra: Partial<LiveObject> = {}): LiveObject {
  return {
    group: "",
    kind,
    namespace: "data",
    name,
    uid: `${kind}-${name}`,
    labels: {},
    annotations: {},
    owners: [],
    ...extra,
  };
}

/** Annotations of an object that a release in namespace `data` made. */
export function madeBy(releaseName: string): Readonly<Record<string, string>> {
  return { "meta.helm.sh/release-name": releaseName, "meta.helm.sh/release-namespace": "data" };
}
