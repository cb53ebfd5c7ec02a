import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { images } from "../../charts";

const folder = join(__dirname, "../../images");
const names = readdirSync(folder).sort();
const textOf = (name: string) => readFileSync(join(folder, name, "Containerfile"), "utf8");

/** Images of this project in the table of pins, as `name:tag`. */
const pinned = Object.values(images)
  .filter((reference) => reference.startsWith("terralake/"))
  .map((reference) => reference.slice("terralake/".length));

/** The instructions of a file, each with its continued lines in one. */
function instructions(text: string): readonly (readonly [name: string, rest: string])[] {
  return text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => [line.split(" ")[0] ?? "", line.slice(line.indexOf(" ") + 1)] as const);
}

test("every image of this project that is pinned has a recipe, and every recipe a pin", () => {
  expect(pinned.length).toBeGreaterThan(3);
  expect(pinned.map((reference) => reference.split(":")[0]).sort()).toEqual(names);
});

describe.each(names)("%s", (name) => {
  const lines = instructions(textOf(name));
  const of = (instruction: string) => lines.filter(([each]) => each === instruction).map(([, rest]) => rest);

  test("begins with exact tags, or with an image of this project at its pin", () => {
    const bases = of("FROM").map((rest) => rest.split(" ")[0] ?? "");
    expect(bases.length).toBeGreaterThan(0);
    for (const base of bases) {
      const [, argument] = /^\$\{(\w+)\}$/.exec(base) ?? [];
      if (argument === undefined) {
        expect(base).toMatch(/^[a-z0-9.-]+\/[a-z0-9/-]+:\d[\w.-]*$/);
      } else {
        const [, own] = new RegExp(`${argument}=localhost/terralake/(\\S+)`).exec(of("ARG").join("\n")) ?? [];
        expect(pinned).toContain(own);
      }
    }
  });

  test("takes files from outside by checksum, and packages by hash", () => {
    for (const rest of of("ADD")) {
      expect(rest).toMatch(/--checksum=sha256:[0-9a-f]{64}\s+https:\/\//);
    }
    for (const rest of of("RUN").filter((each) => /pip install/.test(each))) {
      expect(rest).toContain("--require-hashes");
    }
    expect(of("RUN").filter((rest) => /curl|wget|apt-get|--packages/.test(rest))).toEqual([]);
    if (existsSync(join(folder, name, "requirements.txt"))) {
      const requirements = readFileSync(join(folder, name, "requirements.txt"), "utf8");
      const packages = [...requirements.matchAll(/^[a-z0-9][\w.-]*.*$/gim)];
      expect(packages.length).toBeGreaterThan(5);
      for (const [line] of packages) expect(line).toMatch(/^[\w.[\],-]+==\S+/);
      expect(requirements.split("\n").filter((line) => /--(extra-)?index-url|--find-links/.test(line))).toEqual([]);
    }
  });

  test("ends as a user that is not root, by its number", () => {
    expect(of("USER").at(-1)).toMatch(/^[1-9]\d*$/);
  });
});

test("Spark, Spark Connect and notebooks have one version", () => {
  const spark = /apache\/spark:(\d+\.\d+\.\d+)-/.exec(textOf("spark-iceberg"))?.[1];
  expect(spark).toBeDefined();
  expect(textOf("spark-iceberg")).toContain(`spark-connect_2.12-${spark}.jar`);
  expect(pinned).toContain(`spark-iceberg:${spark}-2`);
  expect(readFileSync(join(folder, "notebook/requirements.txt"), "utf8")).toContain(`pyspark==${spark} `);
});
