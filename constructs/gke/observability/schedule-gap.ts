const minutesOfDay = 24 * 60;

/** Numbers that a field of a schedule stands for. */
function numbersOf(field: string, last: number): readonly number[] {
  return field.split(",").flatMap((entry) => {
    const [range = "*", step = "1"] = entry.split("/");
    const [from = "0", to = entry.includes("/") ? String(last) : from] =
      range === "*" ? ["0", String(last)] : range.split("-");
    const count = Math.floor((Number(to) - Number(from)) / Number(step)) + 1;
    return Array.from({ length: count }, (_, at) => Number(from) + at * Number(step));
  });
}

/**
 * The longest time between two runs of a schedule, in seconds.
 *
 * @param schedule five fields: minute, hour, day, month, weekday
 * @returns undefined when it does not run every day
 */
export function longestGap(schedule: string): number | undefined {
  const [minute = "", hour = "", ...days] = schedule.split(" ");
  if (days.some((field) => field !== "*")) {
    return undefined;
  }
  const runs = numbersOf(hour, 23)
    .flatMap((h) => numbersOf(minute, 59).map((m) => h * 60 + m))
    .sort((a, b) => a - b);
  const first = runs[0] ?? 0;
  const next = [...runs.slice(1), first + minutesOfDay];
  return Math.max(...runs.map((run, at) => (next[at] ?? run) - run)) * 60;
}
