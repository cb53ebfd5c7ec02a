import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockRehearsal } from "../../rehearsal/lock";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "terralake-lock-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("lockRehearsal", () => {
  it("refuses a second rehearsal while the first one lives, and names it", async () => {
    const unlock = await lockRehearsal("kind", folder);
    await expect(lockRehearsal("gke-dev", folder)).rejects.toThrow(
      `a rehearsal of kind runs already (process ${process.pid})`,
    );
    await unlock();
    expect(existsSync(join(folder, "lock.json"))).toBe(false);
    await (await lockRehearsal("gke-dev", folder))();
  });

  it.each([
    ["whose process is gone", JSON.stringify({ pid: 2 ** 22 + 1, identity: "1 node", environment: "kind" })],
    [
      "whose process id was given to another process",
      JSON.stringify({ pid: 1, identity: "other", environment: "kind" }),
    ],
    ["that was written half", '{"pid":'],
  ])("takes over a lock %s", async (_what, content) => {
    await writeFile(join(folder, "lock.json"), content);
    await (await lockRehearsal("kind", folder))();
    expect(existsSync(join(folder, "lock.json"))).toBe(false);
  });
});
