import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineEnvironment, describeProblem, EnvironmentError, readEnvironment } from "../../environments/schema";

const folder = join(__dirname, "..", "fixtures", "environments");
const filesOf = (kind: "valid" | "invalid") => readdirSync(join(folder, kind)).sort();
const load = (kind: "valid" | "invalid", file: string): unknown =>
  (require(join(folder, kind, file)) as { default: unknown }).default;

const MARK = "// expects: ";
const expectedOf = (file: string) =>
  readFileSync(join(folder, "invalid", file), "utf8")
    .split("\n")
    .filter((line) => line.startsWith(MARK))
    .map((line) => line.slice(MARK.length));

describe("valid environments", () => {
  const files = filesOf("valid");

  test("are found", () => expect(files.length).toBeGreaterThanOrEqual(10));

  test.each(files)("%s is accepted", (file) => {
    const { problems, environment } = readEnvironment(load("valid", file));
    expect(problems.map(describeProblem)).toEqual([]);
    expect(environment?.name).toMatch(/^[a-z]/);
  });
});

describe("invalid environments", () => {
  const files = filesOf("invalid");

  test("are found, one for each kind of mistake", () => expect(files.length).toBeGreaterThanOrEqual(25));

  test.each(files)("%s says exactly what is wrong", (file) => {
    const expected = expectedOf(file);
    expect(expected.length).toBeGreaterThan(0);
    expect(readEnvironment(load("invalid", file)).problems.map(describeProblem)).toEqual(expected);
  });

  test.each(files)("%s makes defineEnvironment throw all of it", (file) => {
    let thrown: unknown;
    try {
      defineEnvironment(load("invalid", file) as never);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EnvironmentError);
    expect((thrown as EnvironmentError).message.split("\n").slice(1)).toEqual(expectedOf(file).map((m) => `  ${m}`));
  });

  test("have messages of one form: path, value given, what is allowed, next step, no full stop", () => {
    const messages = files.flatMap(expectedOf);
    expect(messages.length).toBeGreaterThanOrEqual(files.length);
    for (const message of messages)
      expect(message).toMatch(/^[a-z][-\w.[\]]*(\["[^"]+"\][-\w.[\]]*)*: .+; allowed: .+; .*[^.]$/);
  });

  test("have no two fixtures for the same mistake", () => {
    const single = files.map(expectedOf).filter((messages) => messages.length === 1);
    expect(new Set(single.map(([message]) => message)).size).toBe(single.length);
  });
});
