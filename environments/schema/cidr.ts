import { field } from "./field";

/** An IPv4 range that starts on its own boundary, such as `10.0.0.0/20`. */
export type Cidr = `${number}.${number}.${number}.${number}/${number}`;

/** An IPv4 range as numbers. */
export interface CidrRange {
  /** First address, as an unsigned 32-bit number. */
  readonly first: number;
  /** Last address, as an unsigned 32-bit number. */
  readonly last: number;
  readonly prefix: number;
}

const PATTERN = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** The range that an address with a prefix lies in; the address need not be its first. */
function enclosing(text: string): (CidrRange & { readonly address: number }) | undefined {
  const parts = PATTERN.exec(text)?.slice(1);
  // A leading zero is read as octal by some tools, so it is not an address here.
  if (!parts || parts.some((part) => part.length > 1 && part.startsWith("0"))) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = parts.map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const count = 2 ** (32 - prefix);
  const first = Math.floor(address / count) * count;
  return { address, first, last: first + count - 1, prefix };
}

/**
 * Reads a range.
 *
 * @throws RangeError when the text is no IPv4 range or does not start on its boundary
 */
export function parseCidr(text: string): CidrRange {
  const range = enclosing(text);
  if (!range) throw new RangeError(`"${text}" is no IPv4 range; write one such as 10.0.0.0/20`);
  const { address, first, last, prefix } = range;
  if (address !== first)
    throw new RangeError(`"${text}" does not start on its boundary; did you mean ${formatCidr(range)}?`);
  return { first, last, prefix };
}

/** Writes a range; the opposite of {@link parseCidr}. */
export function formatCidr(range: Pick<CidrRange, "first" | "prefix">): Cidr {
  const [a, b, c, d] = [24, 16, 8, 0].map((shift) => Math.floor(range.first / 2 ** shift) % 256) as [
    number,
    number,
    number,
    number,
  ];
  return `${a}.${b}.${c}.${d}/${range.prefix}`;
}

/** Whether every address of the inner range lies in the outer one. */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a.first <= b.first && b.last <= a.last;
}

/** Whether two ranges share an address. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a.first <= b.last && b.first <= a.last;
}

/** Number of addresses in a range, the first and the last included. */
export function addressCount(cidr: string): number {
  return 2 ** (32 - parseCidr(cidr).prefix);
}

/** A range in an environment file. */
export function cidr() {
  return field<Cidr>({
    accepts: (v): v is Cidr => {
      const range = typeof v === "string" ? enclosing(v) : undefined;
      return range !== undefined && range.address === range.first;
    },
    allowed: "an IPv4 range that starts on its boundary, such as 10.0.0.0/20",
    next: (given) => {
      const range = enclosing(String(given));
      return range
        ? `did you mean ${formatCidr(range)}?`
        : "write four numbers up to 255, a slash and a prefix up to 32";
    },
  });
}
