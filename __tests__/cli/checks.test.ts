import { countTests } from "../../cli/checks";

const counts = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

test("takes the counts of jest's result", () => {
  const json = JSON.stringify({ ...counts, numFailedTests: 2, numPendingTests: 3, numTodoTests: 1 });
  expect(countTests(json, 1)).toEqual({ passed: 5, failed: 2, skipped: 4, skippedTitles: [] });
});

test("counts a test file that could not start as failed", () => {
  expect(countTests(JSON.stringify({ ...counts, numRuntimeErrorTestSuites: 1 }), 1).failed).toBe(1);
});

test("never calls a run without result, or with a bad exit code, a success", () => {
  expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0, skippedTitles: [] });
  expect(countTests(JSON.stringify(counts), 1).failed).toBe(1);
  expect(countTests(JSON.stringify(counts), 0).failed).toBe(0);
});

test("tells why tests were skipped: the group's title, or the test's own", () => {
  const json = JSON.stringify({
    numPassedTests: 1,
    numFailedTests: 0,
    numPendingTests: 3,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    testResults: [
      {
        assertionResults: [
          { status: "passed", ancestorTitles: ["charts"], title: "a" },
          { status: "pending", ancestorTitles: ["charts (skipped: no data)"], title: "b" },
          { status: "pending", ancestorTitles: ["charts (skipped: no data)"], title: "c" },
          { status: "pending", ancestorTitles: ["builds"], title: "d (skipped: no Go)" },
        ],
      },
    ],
  });
  expect(countTests(json, 0).skippedTitles).toEqual(["charts (skipped: no data)", "d (skipped: no Go)"]);
});
