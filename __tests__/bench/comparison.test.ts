import { compare, median, type Sample } from "../../bench/comparison";
import { differences } from "../../bench/measure";

const sample = (seconds: number, peakMib: number): Sample => ({ seconds, cpuSeconds: seconds, peakMib });

describe("median", () => {
  test.each([
    [[3, 1, 2], 2],
    [[10, 9, 1, 2], 5.5],
    [[7], 7],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test("of nothing is an error", () => {
    expect(() => median([])).toThrow("no run was measured");
  });
});

describe("comparison", () => {
  test("one slow run does not decide", () => {
    const { seconds } = compare([sample(1, 1), sample(90, 1), sample(2, 1)], [sample(20, 9), sample(20, 9)]);
    expect(seconds).toMatchObject({ own: 2, other: 20, ratio: 0.1, kept: true });
  });

  test("a sixth of the time and a fifth of the memory are just allowed", () => {
    const exact = compare([sample(1, 100)], [sample(6, 500)]);
    expect([exact.seconds.kept, exact.peakMib.kept]).toEqual([true, true]);
    const over = compare([sample(1.01, 101)], [sample(6, 500)]);
    expect([over.seconds.kept, over.peakMib.kept]).toEqual([false, false]);
  });

  test("processor time is shown without a bound", () => {
    expect(compare([sample(9, 1)], [sample(1, 1)]).cpuSeconds).toMatchObject({ bound: undefined, kept: true });
  });
});

describe("files of both programs", () => {
  test("missing, additional and changed ones are named", () => {
    const one = new Map([
      ["same", "1"],
      ["changed", "1"],
      ["missing", "1"],
    ]);
    const other = new Map([
      ["same", "1"],
      ["changed", "2"],
      ["added", "1"],
    ]);
    expect(differences(one, other)).toEqual(["added", "changed", "missing"]);
  });
});
