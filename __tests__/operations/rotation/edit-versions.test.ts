import { withVersion } from "../../../operations/rotation/edit-versions";

const file = "environments/kind.ts";
const place = { environment: "kind", secret: "platform/postgres/nessie" };

function environment(inside: string): string {
  return `import { defineEnvironment } from "./schema";

/** A laptop. */
export const kind = defineEnvironment({
  name: "kind",
${inside}  services: {}, // all off
});
`;
}

/** Lines of the second text that the first does not have. */
function added(before: string, after: string): readonly string[] {
  const old = before.split("\n");
  return after.split("\n").filter((line) => !old.includes(line));
}

function edit(source: string, version = 2): string {
  return withVersion(source, file, place, version);
}

test("adds all that is missing, and leaves every other line as it was", () => {
  const source = environment("");
  const result = edit(source);
  expect(added(source, result)).toEqual(['  secrets: { versions: { "platform/postgres/nessie": 2 } },']);
  expect(added(result, source)).toEqual([]);
});

test("adds versions to secrets, and a version to versions, in the style of what is there", () => {
  const inline = environment("  secrets: { sharedReaders: [] },\n");
  expect(added(inline, edit(inline))).toEqual([
    '  secrets: { sharedReaders: [], versions: { "platform/postgres/nessie": 2 } },',
  ]);
  const lines = environment(
    '  secrets: {\n    versions: {\n      "platform/trino": 3, // after the audit\n    },\n  },\n',
  );
  expect(added(lines, edit(lines))).toEqual(['      "platform/postgres/nessie": 2,']);
});

test("replaces a version and nothing else", () => {
  const source = environment('  secrets: { versions: { "platform/postgres/nessie": 2, "platform/trino": 2 } },\n');
  expect(edit(source, 7)).toBe(source.replace('nessie": 2', 'nessie": 7'));
});

test("fills an empty object, and adds a comma where the last line lacks one", () => {
  const empty = environment("  secrets: {},\n");
  expect(edit(empty)).toContain('  secrets: { versions: { "platform/postgres/nessie": 2 } },');
  const bare = environment('  secrets: {\n    versions: {\n      "platform/trino": 3\n    }\n  },\n');
  expect(edit(bare)).toContain('"platform/trino": 3,\n      "platform/postgres/nessie": 2,\n    }\n  },');
});

test("a line that becomes too long is broken", () => {
  const long = `"platform/${"x".repeat(70)}": 2`;
  const source = environment(`  secrets: { versions: { ${long} } },\n`);
  expect(edit(source)).toContain(`{\n    ${long},\n    "platform/postgres/nessie": 2,\n  } },`);
});

test("finds the environment among several, behind satisfies and parentheses", () => {
  const two = `const a = defineEnvironment({ name: "other" });\nconst b = defineEnvironment(({ name: "kind" }) satisfies X);\n`;
  expect(edit(two)).toBe(
    two.replace('{ name: "kind" }', '{ name: "kind", secrets: { versions: { "platform/postgres/nessie": 2 } } }'),
  );
});

test("keeps the line ends of the file", () => {
  const result = edit(environment("").replaceAll("\n", "\r\n"));
  expect(result).toContain('nessie": 2 } },\r\n});');
  expect(result.replaceAll("\r\n", "")).not.toContain("\n");
});

test.each([
  [
    "another environment's file",
    'const x = defineEnvironment({ name: "other" });',
    /has no defineEnvironment\(\{ name: "kind"/,
  ],
  ["an input that is a variable", "const x = defineEnvironment(input);", /has no defineEnvironment/],
  ["a spread that may hold secrets", environment("  ...base,\n"), /may take secrets from a spread/],
  ["secrets from elsewhere", environment("  secrets: shared,\n"), /secrets is not written out as an object/],
  ["secrets in short form", environment("  secrets,\n"), /secrets is not written out as an object/],
  ["versions from elsewhere", environment("  secrets: { versions: shared },\n"), /versions is not written out/],
  ["a spread that may hold versions", environment("  secrets: { ...shared },\n"), /may take versions from a spread/],
  [
    "a version that is computed",
    environment('  secrets: { versions: { "platform/postgres/nessie": year - 2024 } },\n'),
    /not written as a number/,
  ],
  ["a file that is no TypeScript", "const = {", /syntax error/],
])("%s is refused, with what to write by hand", (_what, source, reason) => {
  expect(() => edit(source)).toThrow(reason);
  expect(() => edit(source)).toThrow('; add to what secrets has there: versions: { "platform/postgres/nessie": 2 }');
});
