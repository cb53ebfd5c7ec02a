import { field } from "./field";

/** What each field of a schedule counts, in order; both limits are allowed. */
const parts = [
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day", min: 1, max: 31 },
  { name: "month", min: 1, max: 12 },
  { name: "weekday", min: 0, max: 6 },
] as const;

type Part = (typeof parts)[number];

/** Whether a field is `*`, numbers, ranges, lists of them, or steps, within its limits. */
function fits(given: string, { min, max }: Part): boolean {
  return given.split(",").every((entry) => {
    const [, every, first, last, step] = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(entry) ?? [];
    if (step !== undefined && (Number(step) < 1 || Number(step) > max)) return false;
    if (every !== undefined) return true;
    if (first === undefined) return false;
    return Number(first) >= min && Number(first) <= Number(last ?? first) && Number(last ?? first) <= max;
  });
}

function fieldsOf(given: unknown): readonly string[] | undefined {
  const fields = typeof given === "string" ? given.split(" ") : [];
  return fields.length === parts.length ? fields : undefined;
}

/** The fields that are wrong, such as `hour 99`. */
function wrongOf(fields: readonly string[]): readonly string[] {
  return parts.flatMap((part, at) => (fits(fields[at] ?? "", part) ? [] : [`${part.name} ${fields[at]}`]));
}

/** A schedule in UTC as cron has it: five fields with one space between them. */
export function schedule() {
  return field<string>({
    accepts: (v): v is string => {
      const fields = fieldsOf(v);
      return fields !== undefined && wrongOf(fields).length === 0;
    },
    allowed: `five fields of a schedule in UTC: ${parts.map(({ name, min, max }) => `${name} ${min}-${max}`).join(", ")}`,
    next: (given) => {
      const fields = fieldsOf(given);
      // With no field right, it is no schedule with a slip in it.
      const wrong = fields ? wrongOf(fields) : parts;
      return fields && wrong.length < parts.length ? `correct ${wrong.join(", ")}` : 'write it like "17 */6 * * *"';
    },
  });
}
