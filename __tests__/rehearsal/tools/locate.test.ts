import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { acquireTools, findTool } from "../../../rehearsal/tools";
import { tools } from "../../../rehearsal/tools/registry";
import { accepted, compareVersions } from "../../../rehearsal/tools/version";
import { fixtureSpec, scratch, writeProgram } from "./fixture";

const spec = () => fixtureSpec();

describe("search for a tool", () => {
  test("takes the environment variable first", async () => {
    const folder = scratch();
    const named = writeProgram(join(folder, "mine"), "3.6.2");
    writeProgram(join(folder, "bin", "etcd"), "3.6.16");
    const environment = { TERRALAKE_ETCD: named, PATH: join(folder, "bin") };
    const found = await acquireTools(["etcd"], { environment, cacheDir: folder, spec });
    expect(found.get("etcd")).toEqual({ name: "etcd", version: "3.6.2", path: named, source: "environment" });
  });

  test("does not fall through when the variable names a binary of a wrong version", async () => {
    const folder = scratch();
    const named = writeProgram(join(folder, "mine"), "3.5.9");
    writeProgram(join(folder, "bin", "etcd"), "3.6.16");
    const environment = { TERRALAKE_ETCD: named, PATH: join(folder, "bin") };
    await expect(acquireTools(["etcd"], { environment, cacheDir: folder, spec })).rejects.toThrow(
      `TERRALAKE_ETCD is ${named}: it is version 3.5.9, wanted is 3.6.16 (any from 3.6.0 and below 3.7.0 does)`,
    );
  });

  test("says when the variable names no file", async () => {
    const environment = { TERRALAKE_ETCD: "/nowhere/etcd", PATH: "" };
    await expect(acquireTools(["etcd"], { environment, cacheDir: scratch(), spec })).rejects.toThrow(
      "TERRALAKE_ETCD is /nowhere/etcd: no such file",
    );
  });

  test("takes the PATH before the cache", async () => {
    const folder = scratch();
    const onPath = writeProgram(join(folder, "bin", "etcd"), "3.6.1");
    writeProgram(join(folder, "tools", "etcd", "3.6.16-release", "etcd"), "3.6.16");
    const environment = { PATH: join(folder, "bin") };
    const found = await acquireTools(["etcd"], { environment, cacheDir: folder, spec });
    expect(found.get("etcd")).toMatchObject({ path: onPath, source: "path" });
  });

  test("leaves a wrong version on the PATH aside, says so and takes the cache", async () => {
    const folder = scratch();
    writeProgram(join(folder, "bin", "etcd"), "3.7.0");
    const cached = writeProgram(join(folder, "tools", "etcd", "3.6.16-release", "etcd"), "3.6.16");
    const messages: string[] = [];
    const environment = { PATH: `${process.env.PATH}:${join(folder, "bin")}` };
    const report = (message: string) => messages.push(message);
    const found = await acquireTools(["etcd"], { environment, cacheDir: folder, spec, report });
    expect(found.get("etcd")).toMatchObject({ path: cached, source: "cache" });
    expect(messages).toEqual([expect.stringContaining("etcd is left aside: it is version 3.7.0, wanted is 3.6.16")]);
  });

  test("does not take a folder on the PATH for a program", async () => {
    const folder = scratch();
    mkdirSync(join(folder, "etcd"));
    const found = await findTool("etcd", { environment: { PATH: folder }, cacheDir: folder, spec });
    expect(found).toHaveProperty("missing");
  });

  test("names all missing tools in one error, each with how to get it", async () => {
    const options = { environment: { PATH: "" }, cacheDir: scratch(), releaseBase: "http://127.0.0.1:1" };
    const failed: unknown = await acquireTools(["terraform", "kwok", "external-secrets"], options).catch(
      (error) => error,
    );
    const message = String(failed);
    for (const variable of ["TERRALAKE_TERRAFORM", "TERRALAKE_KWOK", "TERRALAKE_EXTERNAL_SECRETS"]) {
      expect(message).toContain(`set ${variable} to a binary`);
    }
    expect(message).toContain("Go is not installed");
    expect(failed).toHaveProperty("name", "ToolError");
  });

  test("doctor's search downloads nothing and tells what to do", async () => {
    const found = await findTool("vault", { environment: { PATH: "" }, cacheDir: scratch() });
    expect(found).toEqual({
      missing: "vault 1.21.1 (any from 1.21.0 and below 1.22.0 does)",
      howToGet: expect.stringContaining("set TERRALAKE_VAULT"),
      notes: [],
    });
  });
});

describe("versions", () => {
  test.each([
    ["1.9.0", "1.11.0", -1],
    ["1.11.4", "1.11.4", 0],
    ["1.12.0-rc1", "1.12.0", -1],
    ["1.12.0", "1.12.0-rc1", 1],
    ["v3.22", "3.22.0", 0],
  ])("%s against %s", (first, second, order) => {
    expect(Math.sign(compareVersions(first, second))).toBe(order);
  });

  test("the pinned version of every tool is one that it accepts", () => {
    expect(tools.size).toBe(14);
    for (const tool of tools.values()) {
      expect([tool.name, accepted(tool, tool.version)]).toEqual([tool.name, true]);
    }
  });

  test("terraform older than write-only arguments does not do", () => {
    const terraform = tools.get("terraform");
    expect(terraform && accepted(terraform, "1.10.5")).toBe(false);
    expect(terraform && accepted(terraform, "1.14.0")).toBe(true);
  });
});
