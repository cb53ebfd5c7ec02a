import { setTimeout as sleep } from "node:timers/promises";
import { ShownSteps } from "../../rehearsal/shown-steps";

/** A report that is slower than those who tell. */
function recorder() {
  const events: string[] = [];
  return {
    events,
    step: async <Result>(title: string, run: (line: (text: string) => void) => Promise<Result>): Promise<Result> => {
      await sleep(5);
      events.push(`begin ${title}`);
      try {
        const result = await run((text) => events.push(text));
        events.push(`end ${title}`);
        return result;
      } catch (error) {
        events.push(`failed ${title}: ${(error as Error).message}`);
        throw error;
      }
    },
  };
}

describe("ShownSteps", () => {
  it("keeps the order of steps and lines that are told at once", async () => {
    const report = recorder();
    const shown = new ShownSteps(report);
    shown.begin("one");
    shown.line("a");
    shown.end();
    shown.begin("two");
    shown.line("b");
    shown.end();
    await shown.finish(undefined);
    expect(report.events).toEqual(["begin one", "a", "end one", "begin two", "b", "end two"]);
  });

  it("ends the open step with the failure", async () => {
    const report = recorder();
    const shown = new ShownSteps(report);
    shown.begin("one");
    await shown.finish(new Error("broken"));
    expect(report.events).toEqual(["begin one", "failed one: broken"]);
  });
});
