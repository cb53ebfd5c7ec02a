import fc from "fast-check";
import { type Json, literal, PlatformError, stableJson } from "../../../constructs/terraform";
import { testStack } from "../../support/test-stack";

describe("stableJson", () => {
  it("sorts keys at every depth and keeps the order of lists", () => {
    expect(stableJson({ b: [{ d: 1, c: 2 }, 3], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1},3]}');
  });

  it("leaves absent keys out", () => {
    expect(stableJson({ a: undefined, b: { c: undefined } })).toBe('{"b":{}}');
  });

  it("says the same whatever the order of keys, and loses nothing", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse()) as { [key: string]: Json };
        const text = stableJson(object as { [key: string]: Json });
        expect(stableJson(reversed)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });
});

describe("literal", () => {
  it("keeps Terraform from reading an expression", () => {
    expect(literal(["$", "{ENV:A} %", "{if}"].join(""))).toBe(["$$", "{ENV:A} %%", "{if}"].join(""));
  });

  it("leaves references of the program alone", () => {
    const token = ["$", "{TfToken[TOKEN.1]}"].join("");
    expect(literal(token)).toBe(token);
  });
});

describe("PlatformError", () => {
  it("has path, problem and next step in its message", () => {
    const error = new PlatformError(testStack(), "replicas is 2", "use an odd number");
    expect(error.message).toBe("test: replicas is 2: use an odd number");
    expect(error.name).toBe("PlatformError");
  });

  it("calls the top of the program by its name", () => {
    expect(new PlatformError(testStack().node.root, "a", "b").message).toBe("app: a: b");
  });
});
