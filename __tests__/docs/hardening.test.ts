import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exceptions, rules } from "../../policies";

const root = join(__dirname, "../..");
const page = readFileSync(join(root, "docs/hardening.md"), "utf8");

/** A row of the tables: its rule's id, then its cells. */
interface Row {
  readonly id: string;
  readonly cells: readonly string[];
}

const rows: readonly Row[] = page
  .split("\n")
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .filter(([id = ""]) => /^[A-Z0-9]+-\d+/.test(id))
  .map(([id = "", ...cells]) => ({ id, cells }));

/** Rules, with four more cells; a waiver has two. */
const table = rows.filter(({ cells }) => cells.length === 4);
const waivers = rows.filter(({ cells }) => cells.length === 2);

const filesIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`\s]+\.(?:ts|md|json))`/g)].map(([, file = ""]) => file);

/** Files that hold a rule of a section. */
const ruleFiles = [
  "analytics",
  "data",
  "gke",
  "helm",
  "identity",
  "kubernetes",
  "network",
  "observability",
  "perimeter",
  "terraform",
  "vault",
  "vault-server",
].flatMap((folder) =>
  readdirSync(join(root, "policies", folder))
    .filter((file) => /^[a-z0-9]+-\d+[a-z]?-/.test(file))
    .map((file) => `policies/${folder}/${file}`),
);

test("every row is a rule or a waiver, and each rule has one row", () => {
  expect(table.length).toBeGreaterThan(40);
  expect(table.length + waivers.length).toBe(rows.length);
  const ids = table.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("sections have no gaps but where only rendered charts show what a rule asks for", () => {
  const upTo = (section: string, count: number, without: readonly number[] = []) =>
    Array.from({ length: count }, (_, index) => index + 1)
      .filter((number) => !without.includes(number))
      .map((number) => `${section}-${String(number).padStart(2, "0")}`);
  expect(table.map(({ id }) => id)).toEqual([
    ...upTo("TF", 17),
    ...upTo("VLT", 15),
    ...upTo("VCF", 9),
    ...upTo("ESO", 5),
    ...upTo("IAM", 9),
    ...upTo("GKE", 23),
    ...upTo("NET", 10),
    ...upTo("K8S", 10, [2, 3, 4, 7]),
    ...upTo("REL", 8, [3, 5, 6, 7]),
    ...upTo("GCP", 7),
    ...upTo("DAT", 4),
    ...upTo("OBS", 5),
    ...upTo("PER", 3),
  ]);
});

test.each(table.map(({ id, cells }) => [id, cells] as const))("%s says for whom, where and by what", (_, cells) => {
  const [scope = "", what = "", made = "", proved = ""] = cells;
  expect(["A", "P", "G"]).toContain(scope);
  expect(what).not.toBe("");
  expect(filesIn(made).length).toBeGreaterThan(0);
  expect(filesIn(proved).length).toBeGreaterThan(0);
});

test("every file that is named exists", () => {
  const files = filesIn(page);
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("every rule file is named in the row of its rule", () => {
  expect(ruleFiles.length).toBeGreaterThan(40);
  const missing = ruleFiles.filter((file) => {
    const id = /([a-z0-9]+-\d+)-[^/]*$/.exec(file)?.[1]?.toUpperCase();
    return !table.some((row) => row.id === id && filesIn(row.cells[3] ?? "").includes(file));
  });
  expect(missing).toEqual([]);
});

test("every rule that runs has a file of its section, and every exception a waiver", () => {
  const sections = rules.map(({ id }) => id);
  const ids = ruleFiles.map((file) => /([a-z0-9]+-\d+)-[^/]*$/.exec(file)?.[1]?.toUpperCase());
  expect([...ids].sort()).toEqual([...sections].sort());
  const waived = new Set(waivers.map(({ id }) => id));
  expect(exceptions.length).toBeGreaterThan(0);
  expect(exceptions.filter(({ rule }) => !waived.has(rule))).toEqual([]);
});
