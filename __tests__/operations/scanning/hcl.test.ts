import { hclOf } from "../../../operations/scanning/hcl";
import type { StackJson } from "../../../stacks/stack-json";

describe("a stack in Terraform's own language", () => {
  const stack = (block: object) => ({ resource: { google_thing: { Thing: block } } }) as unknown as StackJson;
  const body = (block: object) => hclOf(stack(block)).split("\n").slice(1, -2);

  it("has each resource with its arguments", () => {
    expect(hclOf(stack({ name: "a", size: 3, "//": { metadata: {} } }))).toBe(
      'resource "google_thing" "Thing" {\n  name = "a"\n  size = 3\n}\n',
    );
  });

  it("has objects, and each object of a list, as blocks", () => {
    expect(body({ config: { on: true }, rule: [{ age: 1 }, { age: 2 }] })).toEqual([
      "  config {",
      "    on = true",
      "  }",
      "  rule {",
      "    age = 1",
      "  }",
      "  rule {",
      "    age = 2",
      "  }",
    ]);
  });

  it("has maps of names and lists of values as values", () => {
    expect(body({ labels: { "managed-by": "terralake" }, zones: ["a", "b"], none: [] })).toEqual([
      '  labels = { "managed-by" = "terralake" }',
      '  zones = ["a", "b"]',
      "  none = []",
    ]);
  });

  it("keeps references and quotes", () => {
    expect(body({ key: "${google_kms_key.Key.id}", say: 'a "b"' })).toEqual([
      '  key = "${google_kms_key.Key.id}"',
      '  say = "a \\"b\\""',
    ]);
  });

  it("keeps quotes and braces within references as they are", () => {
    expect(body({ value: 'a "b" ${jsonencode({"c" = "}", "d" = {}})} "e"' })).toEqual([
      '  value = "a \\"b\\" ${jsonencode({"c" = "}", "d" = {}})} \\"e\\""',
    ]);
  });

  it("escapes quotes in what only looks like a reference", () => {
    expect(body({ value: 'say $${"a"}' })).toEqual(['  value = "say $${\\"a\\"}"']);
  });

  it("has objects whose keys can be no arguments as maps, also where nobody listed them", () => {
    expect(body({ limits_of: { "requests.cpu": "1" }, rule: [{ "a/b": 1 }] })).toEqual([
      '  limits_of = { "requests.cpu" = "1" }',
      '  rule = [{ "a/b" = 1 }]',
    ]);
  });

  it("has metadata as a block in the resources of Kubernetes alone", () => {
    const text = (type: string) =>
      hclOf({ resource: { [type]: { Thing: { metadata: { name: "a" } } } } } as unknown as StackJson);
    expect(text("kubernetes_namespace_v1")).toContain('  metadata {\n    name = "a"\n  }');
    expect(text("google_container_node_pool")).toContain('  metadata = { "name" = "a" }');
  });
});
