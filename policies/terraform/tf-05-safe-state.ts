import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";

export const safeState: Rule = {
  id: "TF-05",
  reason: "a state that is lost, read or overwritten is lost, read or overwritten with all that it describes",
  remedy: "keep it in the bucket that StateBucket makes in the layer bootstrap",
  check: forEach(
    (stack) => ("gcs" in stack.json.terraform.backend ? [{ address: "terraform.backend.gcs" }] : []),
    (_, stack, all) => {
      const { bucket, prefix } = objectOf(stack.json.terraform.backend.gcs);
      const made = bucketNamed(bucket, stack, all);
      return [
        ...(typeof bucket === "string" && bucket !== "" ? [] : [`bucket is ${shown(bucket)}`]),
        ...(typeof prefix === "string" && prefix !== "" ? [] : [`prefix is ${shown(prefix)}`]),
        ...(made ? bucketProblems(made) : [`no bootstrap layer makes the bucket ${shown(bucket)}`]),
      ];
    },
  ),
};

function bucketNamed(name: unknown, { environment }: CheckedStack, all: readonly CheckedStack[]) {
  return all
    .filter((stack) => stack.layer === "bootstrap" && stack.environment.name === environment.name)
    .flatMap((stack) => resources(stack, ["google_storage_bucket"]))
    .find(({ block }) => block.name === name)?.block;
}

/** Its retention is that of old versions: a retention policy would keep Terraform from removing its lock object. */
function bucketProblems(block: { readonly [key: string]: unknown }): readonly string[] {
  const expected = {
    "versioning.enabled": [objectOf(block.versioning).enabled, true],
    uniform_bucket_level_access: [block.uniform_bucket_level_access, true],
    public_access_prevention: [block.public_access_prevention, "enforced"],
    "lifecycle.prevent_destroy": [objectOf(block.lifecycle).prevent_destroy, true],
  } as const;
  const key = objectOf(block.encryption).default_kms_key_name;
  const removesLive = listOf(block.lifecycle_rule)
    .map(objectOf)
    .some((rule) => objectOf(rule.action).type === "Delete" && objectOf(rule.condition).with_state !== "ARCHIVED");
  return [
    ...Object.entries(expected)
      .filter(([, [value, wanted]]) => value !== wanted)
      .map(([argument, [value]]) => `${argument} of the bucket is ${shown(value)}`),
    ...(typeof key === "string" && key !== "" ? [] : ["the bucket has no key of our own"]),
    ...(removesLive ? ["the bucket's lifecycle removes states that are in use"] : []),
  ];
}
