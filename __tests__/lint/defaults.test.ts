import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const project = resolve(__dirname, "../..");

/** Rooms whose interfaces say of everything optional what its absence means. */
const rooms = ["gke", ...["clickhouse", "kafka", "kyuubi", "postgres", "spark", "trino"].map((it) => `services/${it}`)];

/** Optional fields of exported interfaces whose comment has no `@default`. */
function withoutDefault(source: string): readonly string[] {
  const interfaces = source.match(/^export interface [\s\S]*?^}/gm) ?? [];
  return interfaces.flatMap((text) =>
    [...text.matchAll(/((?:^ {2}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?)^ {2}readonly (\w+)\?:/gm)]
      .filter(([, comment = ""]) => !comment.includes("@default"))
      .map(([, , name = ""]) => name),
  );
}

test.each(rooms)("constructs/%s says what every optional property is when it is left out", (room) => {
  const folder = join(project, "constructs", room);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(2);
  const missing = files.flatMap((file) =>
    withoutDefault(readFileSync(join(folder, file), "utf8")).map((name) => `${file} ${name}`),
  );
  expect(missing).toEqual([]);
});

test("finds one that does not", () => {
  const source = [
    "export interface Props {",
    "  /** Said. @default 1 */",
    "  readonly said?: number;",
    "  /** Not said. */",
    "  readonly unsaid?: number;",
    "  readonly bare?: string;",
    "  readonly needed: string;",
    "}",
  ].join("\n");
  expect(withoutDefault(source)).toEqual(["unsaid", "bare"]);
});
