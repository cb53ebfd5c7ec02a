import { runTasks, steps } from "../../cli/progress";

/** A stream that is no terminal and keeps what is written to it. */
function paper() {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (text: string) => lines.push(text.trimEnd()) > 0 };
  return { lines, options: { stream: stream as unknown as NodeJS.WriteStream } };
}

const never = new AbortController().signal;

test("writes plain lines where there is no terminal", async () => {
  const { lines, options } = paper();
  await runTasks([{ title: "start etcd", run: async (report) => report("port 2379") }], never, options);
  expect(lines.map((line) => line.replace(/\d+\.\d s/, "N s"))).toEqual([
    "start etcd ...",
    "  port 2379",
    "done: start etcd (N s)",
  ]);
});

test("stops at the first failure, names it and hands its error on", async () => {
  const { lines, options } = paper();
  const later = jest.fn(async () => {});
  const tasks = [
    { title: "first", run: async () => Promise.reject(new Error("no disk")) },
    { title: "second", run: later },
  ];
  await expect(runTasks(tasks, never, options)).rejects.toThrow("no disk");
  expect(lines.at(-1)).toMatch(/^failed: first/);
  expect(later).not.toHaveBeenCalled();
});

test("starts no further task once stopped", async () => {
  const { options } = paper();
  const stop = new AbortController();
  const later = jest.fn(async () => {});
  const tasks = [
    { title: "first", run: async () => stop.abort() },
    { title: "second", run: later },
  ];
  await expect(runTasks(tasks, stop.signal, options)).rejects.toThrow("stopped");
  expect(later).not.toHaveBeenCalled();
});

test("says that it is stopping, and how to kill", async () => {
  const { lines, options } = paper();
  const stop = new AbortController();
  await expect(runTasks([{ title: "first", run: async () => stop.abort() }], stop.signal, options)).rejects.toThrow();
  expect(lines[1]).toBe("  stopping; Ctrl-C again kills at once");
});

test("goes on after a failure when asked to, and shows it as failed", async () => {
  const { lines, options } = paper();
  const later = jest.fn(async () => {});
  const tasks = [
    { title: "first", run: async () => Promise.reject(new Error("no disk")) },
    { title: "second", run: later },
  ];
  await runTasks(tasks, never, { ...options, goOn: true });
  expect(lines.filter((line) => line.startsWith("failed: first"))).toHaveLength(1);
  expect(later).toHaveBeenCalledTimes(1);
});

test("a step returns what its work returns", async () => {
  const { lines, options } = paper();
  const report = steps(never, options);
  expect(await report.step("add", async () => 1 + 1)).toBe(2);
  expect(lines).toHaveLength(2);
});

test("a step is shown before its work begins, which may keep the process busy", async () => {
  const { lines, options } = paper();
  await steps(never, options).step("add", async (report) => {
    expect(lines).toEqual(["add ..."]);
    const busyUntil = Date.now() + 150;
    while (Date.now() < busyUntil);
    report("two numbers");
  });
  expect(lines[1]).toBe("  two numbers");
  expect(lines[2]).toMatch(/^done: add \(0\.[1-9] s\)$/);
});
