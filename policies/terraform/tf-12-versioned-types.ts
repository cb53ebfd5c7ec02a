import { dataSources, ephemerals, resources } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Types of the kubernetes provider 2.38 that have no versioned form; `kubernetes_manifest` is for TF-11. */
const unversioned = [
  "kubernetes_annotations",
  "kubernetes_labels",
  "kubernetes_env",
  "kubernetes_node_taint",
  "kubernetes_manifest",
];

export const versionedTypes: Rule = {
  id: "TF-12",
  reason: "the next major of the kubernetes provider drops the unversioned types",
  remedy: "use the type that ends in _v1",
  check: forEach(
    (stack) =>
      [...resources(stack), ...dataSources(stack), ...ephemerals(stack)].filter(({ type }) =>
        type.startsWith("kubernetes_"),
      ),
    ({ type }) => (/_v\d+(_data)?$/.test(type) || unversioned.includes(type) ? [] : [`${type} has no version`]),
  ),
};
