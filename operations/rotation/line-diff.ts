/** Lines around a change that are shown. */
const around = 3;

/** The difference of two versions of a file whose change is in one place, as `diff -u` shows it. */
export function lineDiff(file: string, before: string, after: string): string {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let same = 0;
  while (same < Math.min(old.length, now.length) - start && old.at(-1 - same) === now.at(-1 - same)) same++;
  const from = Math.max(0, start - around);
  const tail = Math.max(0, same - around);
  const shown = { old: old.length - tail - from, now: now.length - tail - from };
  return [
    `--- a/${file}`,
    `+++ b/${file}`,
    `@@ -${from + 1},${shown.old} +${from + 1},${shown.now} @@`,
    ...old.slice(from, start).map((line) => ` ${line}`),
    ...old.slice(start, old.length - same).map((line) => `-${line}`),
    ...now.slice(start, now.length - same).map((line) => `+${line}`),
    ...now.slice(now.length - same, now.length - tail).map((line) => ` ${line}`),
  ].join("\n");
}
