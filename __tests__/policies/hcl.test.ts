import { hclArgument, hclBlocks } from "../../policies/vault-server/hcl";

const text = [
  'listener "tcp" {',
  '  address = "[::]:8200"',
  "  telemetry {",
  "    open = false",
  "  }",
  "}",
  'storage "raft" {',
  "  retry_join {",
  '    name = "a b"',
  "  }",
  "  retry_join { name = b }",
  "}",
  'audit "file" "stdout" {}',
].join("\n");

describe("hclBlocks", () => {
  it("finds the bodies of the blocks of a type, also within others", () => {
    expect(hclBlocks(text, "listener")).toEqual(['\n  address = "[::]:8200"\n  telemetry {\n    open = false\n  }\n']);
    expect(hclBlocks(text, "retry_join")).toEqual(['\n    name = "a b"\n  ', " name = b "]);
    expect(hclBlocks(text, "audit")).toEqual([""]);
  });

  it("takes no part of a name for a type", () => {
    expect(hclBlocks(text, "join")).toEqual([]);
    expect(hclBlocks(text, "seal")).toEqual([]);
  });
});

describe("hclArgument", () => {
  it("gives a value without its quotes", () => {
    expect(hclBlocks(text, "retry_join").map((body) => hclArgument(body, "name"))).toEqual(["a b", "b"]);
    expect(hclArgument(text, "address")).toBe("[::]:8200");
  });

  it("gives nothing for a name that is a part of another one", () => {
    expect(hclArgument(text, "dress")).toBeUndefined();
  });
});
