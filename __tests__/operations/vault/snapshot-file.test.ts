import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { checkSnapshot } from "../../../operations/vault/snapshot-file";
import { snapshotOf, wholeFiles } from "./snapshots";

const folder = mkdtempSync(join(tmpdir(), "terralake-snapshot-"));
const file = join(folder, "a.snap");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(content: Buffer | string) {
  writeFileSync(file, content);
  return checkSnapshot(file);
}

test("a whole snapshot tells its index, and what the file is", async () => {
  const content = snapshotOf();
  expect(await check(content)).toEqual({
    index: 44,
    term: 3,
    bytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  });
});

const whole = snapshotOf();
const other = { ...wholeFiles, "state.bin": "DATA".repeat(5000) };

test.each([
  ["cut off", whole.subarray(0, whole.length - 20), /unexpected end of file/],
  ["cut off where a file ends", gzipSync(Buffer.alloc(0)), /ends too early/],
  ["damaged", Buffer.concat([whole.subarray(0, 60), Buffer.from([255, 0, 255]), whole.subarray(63)]), /./],
  ["of another content than its sums", snapshotOf({ files: other, sums: sums() }), /state\.bin does not have the sum/],
  ["without sums", snapshotOf({ sums: "" }), /no sum of meta\.json/],
  ["without its data", snapshotOf({ files: { "meta.json": wholeFiles["meta.json"] } }), /no sum of state\.bin/],
  ["no archive", gzipSync(Buffer.alloc(2048, 65)), /not a tar archive/],
  ["not packed", "hello", /incorrect header check/],
  ["empty", "", /./],
])("a file that is %s is refused, with what to give", async (_what, content, reason) => {
  await expect(check(content)).rejects.toThrow(reason);
  await expect(check(content)).rejects.toThrow(/is no whole snapshot of Vault .*terralake vault snapshot/);
});

test("a file that is not there is said to be missing", async () => {
  await expect(checkSnapshot(join(folder, "absent"))).rejects.toThrow(/ENOENT/);
});

function sums(): string {
  return Object.entries(wholeFiles)
    .map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`)
    .join("");
}
