import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../../operations/write-whole";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terralake-write-"));
  file = join(folder, "a");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("writes for the owner only unless told otherwise", async () => {
  await writeWhole(file, "text");
  expect(readFileSync(file, "utf8")).toBe("text");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await writeWhole(file, "other", 0o644);
  expect(statSync(file).mode & 0o777).toBe(0o644);
});

test("a failure in the middle leaves the old content and no other file", async () => {
  writeFileSync(file, "old");
  const writing = writeWhole(file, async (handle) => {
    await handle.writeFile("ne");
    throw new Error("interrupted");
  });
  await expect(writing).rejects.toThrow("interrupted");
  expect(readFileSync(file, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("hands over what the writer returns", async () => {
  expect(await writeWhole(file, async (handle) => (await handle.write("12345")).bytesWritten)).toBe(5);
});

test("a folder that is not there is named, with what to check", async () => {
  await expect(writeWhole(join(folder, "no", "a"), "text")).rejects.toThrow(
    /cannot write .*no\/a .*check that .*no exists/,
  );
});

test("a folder that may not be written to is named", async () => {
  if (process.getuid?.() === 0) return;
  chmodSync(folder, 0o500);
  await expect(writeWhole(file, "text")).rejects.toThrow(/cannot write/);
  chmodSync(folder, 0o700);
});
