import type { LiveObject } from "../inspect/live-objects";
import { nameOf } from "../inspect/unexplained";
import { holdsData } from "./data-holders";

/** What a chart has Helm keep though it holds no data, and cannot be told not to. */
const keptByCharts: readonly { readonly object: RegExp; readonly reason: string }[] = [
  {
    object: /^Secret \S+\/seaweedfs-sftp-secret$/,
    reason: "the seaweedfs chart makes passwords for SFTP in its all-in-one mode, with SFTP off too; nobody reads them",
  },
];

/**
 * Whether an object stays on purpose when its service goes: claims of volumes, definitions, and what Helm was told to keep if
 * it holds data or is a chart's known remainder.
 */
export function isKept(object: Pick<LiveObject, "group" | "kind" | "namespace" | "name" | "annotations">): boolean {
  if (object.kind === "PersistentVolumeClaim" || object.kind === "CustomResourceDefinition") {
    return true;
  }
  const keeps = object.annotations["helm.sh/resource-policy"] === "keep";
  return keeps && (holdsData(object) || reasonOf(object) !== undefined);
}

/** An object that is kept, and why where that is not plain. */
export function describeKept(object: LiveObject): string {
  const reason = reasonOf(object);
  return reason === undefined ? nameOf(object) : `${nameOf(object)} (${reason})`;
}

function reasonOf(object: Pick<LiveObject, "kind" | "namespace" | "name">): string | undefined {
  return keptByCharts.find((kept) => kept.object.test(nameOf(object)))?.reason;
}
