import { longestGap } from "../../../../constructs/gke/observability/schedule-gap";

const hours = (count: number) => count * 3600;

test.each([
  ["17 */6 * * *", hours(6)],
  ["23 1 * * *", hours(24)],
  ["0 * * * *", hours(1)],
  ["*/15 * * * *", hours(0.25)],
  // Twice in the morning: the night is the longest wait.
  ["0 6,8 * * *", hours(22)],
  ["30 8-18/2 * * *", hours(14)],
  // Steps of 5 leave four hours before midnight.
  ["0 */5 * * *", hours(5)],
])("%s waits %d seconds at most", (schedule, gap) => expect(longestGap(schedule)).toBe(gap));

test.each(["0 3 * * 0", "0 3 1 * *", "0 3 * 1 *"])("%s does not run every day", (schedule) =>
  expect(longestGap(schedule)).toBeUndefined(),
);
