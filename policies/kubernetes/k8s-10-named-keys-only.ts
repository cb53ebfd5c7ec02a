import { listOf, objectOf, resources } from "../blocks";
import { forEach, type Rule } from "../rule";

/** All metadata, or all labels or annotations, in each way that Terraform takes a path. */
const whole = /^(all|metadata(\[0\]|\.0)?(\.(labels|annotations))?)$/;

export const namedKeysOnly: Rule = {
  id: "K8S-10",
  reason: "who ignores all labels of an object also ignores that its security level was taken away",
  remedy: 'name the one key that others set: metadata[0].labels["example.com/key"]',
  check: forEach(
    (stack) => resources(stack, /^kubernetes_/),
    ({ block }) => {
      const { ignore_changes: ignored } = objectOf(block.lifecycle);
      const paths = typeof ignored === "string" ? [ignored] : listOf(ignored).map(String);
      return paths.filter((path) => whole.test(path)).map((path) => `ignores changes of ${path}`);
    },
  ),
};
