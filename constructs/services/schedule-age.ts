const day = 24 * 60 * 60;

/**
 * Age in seconds at which the last good run of a schedule is too old: one run may fail, two may not.
 *
 * @param schedule minute, hour, day, month, weekday
 */
export function oldestRun(schedule: string): number {
  const [, , ofMonth, month, ofWeek] = schedule.split(" ");
  if (month !== "*") {
    return 367 * day;
  }
  if (ofMonth !== "*") {
    return 32 * day;
  }
  return ofWeek === "*" ? 2 * day : 8 * day;
}
