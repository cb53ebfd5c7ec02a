import { objectOf, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { vaultServers } from "./servers";

export const keptVolumes: Rule = {
  id: "VLT-12",
  reason: "a volume cannot be added to a StatefulSet later, and a deleted release must not take the data with it",
  remedy: "enable auditStorage and dataStorage with size and storageClass, and retain the volumes where data is kept",
  check: forEach(vaultServers, ({ server }, { environment }) => {
    const retention = objectOf(server.persistentVolumeClaimRetentionPolicy);
    const whenDeleted = environment.allowDestroy ? [] : ["whenDeleted"];
    return [
      ...["dataStorage", "auditStorage"].flatMap((name) => storageProblems(name, objectOf(server[name]))),
      ...[...whenDeleted, "whenScaled"]
        .filter((when) => retention[when] !== "Retain")
        .map((when) => `${when} of the volumes is ${shown(retention[when])}`),
    ];
  }),
};

function storageProblems(name: string, storage: { readonly [key: string]: unknown }): readonly string[] {
  return [
    ...(storage.enabled === true ? [] : [`${name}.enabled is ${shown(storage.enabled)}`]),
    ...(typeof storage.size === "string" ? [] : [`${name}.size is ${shown(storage.size)}`]),
    // Null says it too: the cluster's default class.
    ...("storageClass" in storage ? [] : [`${name} says no storageClass`]),
  ];
}
