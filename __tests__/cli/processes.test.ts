import { setTimeout as sleep } from "node:timers/promises";
import { matching } from "../../cli/descendants";
import { run } from "../../cli/processes";

test("hands back both outputs, lines as they come, and the exit code", async () => {
  const lines: string[] = [];
  const result = await run("sh", ["-c", "echo one; echo two >&2; printf three; exit 3"], {
    onLine: (line) => lines.push(line),
  });
  expect(result).toMatchObject({ code: 3, stdout: "one\nthree", timedOut: false });
  expect(lines.sort()).toEqual(["one", "three", "two"]);
});

test("says which program cannot be started", async () => {
  await expect(run("/nowhere/tool", [])).rejects.toThrow("/nowhere/tool cannot be started");
});

test("ends a program that takes too long", async () => {
  const started = Date.now();
  const result = await run("sleep", ["30"], { timeoutMs: 100, graceMs: 1000 });
  expect(result.timedOut).toBe(true);
  expect(Date.now() - started).toBeLessThan(5000);
});

test("insists when a program does not listen", async () => {
  const stop = new AbortController();
  const ended = run("sh", ["-c", "trap '' INT TERM; while :; do sleep 0.1; done"], {
    signal: stop.signal,
    graceMs: 300,
  });
  await sleep(200);
  stop.abort();
  await expect(ended).rejects.toThrow("stopped");
});

test("starts nothing once stopped", async () => {
  await expect(run("sh", ["-c", "exit 0"], { signal: AbortSignal.abort() })).rejects.toThrow("stopped");
});

test("finds a program below another one in the list of processes", () => {
  const listing = [
    "    1     0 init",
    "   10     1 node",
    "   11    10 /usr/bin/terraform",
    "   12    11 terraform-provider-vault",
    "   13    11 terraform",
    "   20     1 terraform",
  ].join("\n");
  expect(matching(listing, 10, "terraform")).toEqual([11, 13]);
  expect(matching(listing, 20, "terraform")).toEqual([]);
});
