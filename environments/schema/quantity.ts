import { field } from "./field";

/** An amount of CPU: whole or decimal cores (`"4"`, `"0.5"`) or millicores (`"500m"`). */
export type Cpu = `${number}` | `${number}m`;

/** An amount of memory or storage in a binary unit, such as `"512Mi"` or `"10Gi"`. */
export type Bytes = `${number}${"Ki" | "Mi" | "Gi" | "Ti"}`;

const CPU = /^(?:(\d+)m|(\d+(?:\.\d{1,3})?))$/;
const BYTES = /^(\d+)(Ki|Mi|Gi|Ti)$/;
const UNITS = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
type Unit = keyof typeof UNITS;

function millicores(text: string): number | undefined {
  const [, milli, cores] = CPU.exec(text) ?? [];
  if (milli !== undefined) return Number(milli);
  return cores === undefined ? undefined : Math.round(Number(cores) * 1000);
}

function bytes(text: string): number | undefined {
  const [, amount, unit] = BYTES.exec(text) ?? [];
  const value = unit === undefined ? Number.NaN : Number(amount) * UNITS[unit as Unit];
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Whether a text is an amount of memory or storage. */
export function isBytes(text: string): text is Bytes {
  return bytes(text) !== undefined;
}

/** CPU in millicores. @throws RangeError when the text is no amount of CPU */
export function parseCpu(cpu: string): number {
  const value = millicores(cpu);
  if (value === undefined)
    throw new RangeError(`"${cpu}" is no amount of cpu; write cores or millicores, such as 2 or 500m`);
  return value;
}

/** Memory or storage in bytes. @throws RangeError when the text is no amount of bytes */
export function parseBytes(amount: string): number {
  const value = bytes(amount);
  if (value === undefined)
    throw new RangeError(`"${amount}" is no amount of bytes; write Ki, Mi, Gi or Ti, such as 512Mi`);
  return value;
}

/** Millicores as text: whole cores where it is even, else millicores. */
export function formatCpu(millis: number): Cpu {
  const whole = Math.round(millis);
  return whole % 1000 === 0 ? `${whole / 1000}` : `${whole}m`;
}

/** Bytes as text in the largest unit that needs no fraction; less than 1Ki is rounded up. */
export function formatBytes(amount: number): Bytes {
  const kibibytes = Math.ceil(amount / UNITS.Ki) * UNITS.Ki;
  const unit = (["Ti", "Gi", "Mi"] as const).find((u) => kibibytes > 0 && kibibytes % UNITS[u] === 0) ?? "Ki";
  return `${kibibytes / UNITS[unit]}${unit}`;
}

/** What a user meant by a quantity such as `8GB`, `8 gi` or `1.5Gi`. */
function suggestBytes(given: unknown): string {
  const [, amount, letter] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT])i?B?\s*$/i.exec(String(given)) ?? [];
  if (amount === undefined || letter === undefined || Number(amount) === 0) return "add a unit, such as 512Mi or 8Gi";
  return `did you mean ${formatBytes(Number(amount) * UNITS[`${letter.toUpperCase()}i` as Unit])}?`;
}

function suggestCpu(given: unknown): string {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*(m|millicores|cores?|vcpus?|cpus?)?\s*$/i.exec(String(given)) ?? [];
  if (amount === undefined || Number(amount) === 0) return "write cores or millicores, such as 2 or 500m";
  const millis = /^m/i.test(unit ?? "") ? Number(amount) : Number(amount) * 1000;
  return `did you mean "${formatCpu(Math.max(1, millis))}"?`;
}

/** An amount of CPU above zero. */
export function cpu() {
  return field<Cpu>({
    accepts: (v): v is Cpu => typeof v === "string" && (millicores(v) ?? 0) > 0,
    allowed: 'cores or millicores as text, such as "2" or "500m"',
    next: suggestCpu,
  });
}

/** An amount of memory or storage above zero. */
export function size() {
  return field<Bytes>({
    accepts: (v): v is Bytes => typeof v === "string" && (bytes(v) ?? 0) > 0,
    allowed: 'a whole number with Ki, Mi, Gi or Ti, such as "512Mi" or "8Gi"',
    next: suggestBytes,
  });
}
