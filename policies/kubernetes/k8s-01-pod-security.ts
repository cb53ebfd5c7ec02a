import { objectOf, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { namespaces } from "./namespaces";

const modes = ["enforce", "audit", "warn"];

export const podSecurity: Rule = {
  id: "K8S-01",
  reason: "a namespace without levels takes any pod, and one without a version changes with the cluster",
  remedy: "make the namespace by PlatformNamespace; a lower level needs an exception with its reason",
  check: forEach(namespaces, ({ block }) => {
    const labels = objectOf(objectOf(block.metadata).labels);
    return modes.flatMap((mode) => {
      const level = `pod-security.kubernetes.io/${mode}`;
      const version = `${level}-version`;
      return [
        ...(labels[level] === "restricted" ? [] : [`${level} is ${shown(labels[level])}`]),
        ...(/^v1\.\d+$/.test(String(labels[version])) ? [] : [`${version} is ${shown(labels[version])}`]),
      ];
    });
  }),
};
