import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireTools } from "../../../rehearsal/tools";
import { sourceKey } from "../../../rehearsal/tools/build";
import type { Build } from "../../../rehearsal/tools/registry";
import { tools } from "../../../rehearsal/tools/registry";
import { fixtureSpec, scratch } from "./fixture";

const hasGo = spawnSync("go", ["version"]).status === 0;
const withGo: (title: string, run: jest.ProvidesCallback, timeout?: number) => void = hasGo
  ? test
  : (title, run, timeout) => test.skip(`${title} (skipped: Go is not installed)`, run, timeout);

function moduleOf(main: string): Build {
  const folder = join(scratch(), "module");
  mkdirSync(folder);
  writeFileSync(join(folder, "go.mod"), "module example.com/etcd\n\ngo 1.21\n");
  writeFileSync(join(folder, "main.go"), main);
  return { folder, package: "example.com/etcd", ldflags: "-X main.version=3.6.16", minutes: 1 };
}

const good = 'package main\n\nvar version = "none"\n\nfunc main() { println("etcd Version: " + version) }\n';

describe("builds from Go modules", () => {
  withGo(
    "land in the cache, with the linker flags, and are found there next time",
    async () => {
      const cacheDir = scratch();
      const spec = () => fixtureSpec({ build });
      const build = moduleOf(good);
      const messages: string[] = [];
      const options = { cacheDir, spec, report: (message: string) => messages.push(message) };
      const [first, second] = [await acquireTools(["etcd"], options), await acquireTools(["etcd"], options)];
      expect(first.get("etcd")).toMatchObject({ version: "3.6.16", source: "built" });
      expect(second.get("etcd")).toMatchObject({ source: "cache", path: first.get("etcd")?.path });
      expect(messages).toEqual(["building etcd 3.6.16 from Go modules (about 1 minute, once)"]);
      expect(readdirSync(join(cacheDir, "unfinished"))).toEqual([]);

      // Without Go on the PATH the same build is still found.
      const offline = await acquireTools(["etcd"], { ...options, environment: { PATH: "" } });
      expect(offline.get("etcd")?.source).toBe("cache");
    },
    120_000,
  );

  withGo(
    "of the same tool by two at once both succeed",
    async () => {
      const cacheDir = scratch();
      const build = moduleOf(good);
      const spec = () => fixtureSpec({ build });
      const both = await Promise.all([
        acquireTools(["etcd"], { cacheDir, spec }),
        acquireTools(["etcd"], { cacheDir, spec }),
      ]);
      expect(both.map((found) => found.get("etcd")?.version)).toEqual(["3.6.16", "3.6.16"]);
    },
    120_000,
  );

  withGo(
    "that fail show what the compiler says and leave nothing",
    async () => {
      const cacheDir = scratch();
      const build = moduleOf("package main\n\nfunc main() { nonsense() }\n");
      await expect(acquireTools(["etcd"], { cacheDir, spec: () => fixtureSpec({ build }) })).rejects.toThrow(
        "undefined: nonsense",
      );
      expect(existsSync(join(cacheDir, "tools"))).toBe(false);
      expect(readdirSync(join(cacheDir, "unfinished"))).toEqual([]);
    },
    120_000,
  );

  withGo(
    "that are ended leave nothing",
    async () => {
      const cacheDir = scratch();
      const build = moduleOf(good);
      const end = new AbortController();
      const report = () => setTimeout(() => end.abort(new Error("ended by the user")), 20);
      const options = { cacheDir, spec: () => fixtureSpec({ build }), report, signal: end.signal };
      await expect(acquireTools(["etcd"], options)).rejects.toThrow("ended by the user");
      expect(existsSync(join(cacheDir, "tools"))).toBe(false);
      expect(readdirSync(join(cacheDir, "unfinished"))).toEqual([]);
    },
    120_000,
  );
});

test("the cache key follows the pins and the flags", async () => {
  const build = moduleOf(good);
  const key = await sourceKey(build);
  expect(await sourceKey({ ...build, ldflags: "" })).not.toBe(key);
  writeFileSync(join(build.folder, "go.sum"), "x");
  expect(await sourceKey(build)).not.toBe(key);
});

test("every tool that is built has its pins in the project", () => {
  const built = [...tools.values()].flatMap((tool) => (tool.build ? [tool.build] : []));
  expect(built).toHaveLength(13);
  for (const { folder } of built) {
    expect([folder, existsSync(join(folder, "go.mod")), existsSync(join(folder, "go.sum"))]).toEqual([
      folder,
      true,
      true,
    ]);
  }
});
