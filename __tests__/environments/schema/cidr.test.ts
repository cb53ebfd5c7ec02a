import * as fc from "fast-check";
import { addressCount, contains, overlaps, parseCidr } from "../../../environments/schema";
import { formatCidr } from "../../../environments/schema/cidr";

/** A range on its boundary; small prefixes come as often as large ones. */
const range = fc
  .tuple(fc.integer({ min: 0, max: 32 }), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }))
  .map(([prefix, place]) => {
    const count = 2 ** (32 - prefix);
    return formatCidr({ first: Math.floor(place * 2 ** prefix) * count, prefix });
  });

describe("ranges", () => {
  test("are read", () => {
    expect(parseCidr("10.10.16.0/20")).toEqual({ first: 168431616, last: 168435711, prefix: 20 });
    expect(addressCount("10.10.16.0/20")).toBe(4096);
    expect(addressCount("0.0.0.0/0")).toBe(2 ** 32);
  });

  test.each(["10.0.0.0", "10.0.0/8", "10.0.0.256/32", "10.0.0.0/33", "010.0.0.0/8", "fd00::/8", ""])(
    "%j is refused",
    (text) => expect(() => parseCidr(text)).toThrow(/is no IPv4 range/),
  );

  test("off their boundary name the range that was meant", () => {
    expect(() => parseCidr("10.10.10.7/24")).toThrow("did you mean 10.10.10.0/24?");
  });

  test("read back what is written", () => {
    fc.assert(fc.property(range, (cidr) => formatCidr(parseCidr(cidr)) === cidr));
  });

  test("contain themselves and everything they are made of", () => {
    fc.assert(
      fc.property(range, (cidr) => {
        const { first, last } = parseCidr(cidr);
        const ends = [first, last].map((address) => formatCidr({ first: address, prefix: 32 }));
        return contains(cidr, cidr) && ends.every((end) => contains(cidr, end));
      }),
    );
  });

  test("overlap both ways, and exactly when one contains the other", () => {
    fc.assert(
      fc.property(range, range, (a, b) => {
        expect(overlaps(a, b)).toBe(overlaps(b, a));
        expect(overlaps(a, b)).toBe(contains(a, b) || contains(b, a));
      }),
    );
  });

  test("overlap, both ways, whatever lies in them", () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(range, fc.integer({ min: 0, max: 32 }), place, (outer, deeper, share) => {
        const { first, prefix } = parseCidr(outer);
        const inner = Math.min(32, prefix + deeper);
        const step = 2 ** (32 - inner);
        const cidr = formatCidr({ first: first + Math.floor(share * 2 ** (inner - prefix)) * step, prefix: inner });
        expect([contains(outer, cidr), overlaps(outer, cidr), overlaps(cidr, outer)]).toEqual([true, true, true]);
      }),
    );
  });

  test("halves share nothing and have half of the addresses", () => {
    const divisible = range.filter((cidr) => parseCidr(cidr).prefix < 32);
    fc.assert(
      fc.property(divisible, (cidr) => {
        const { first, prefix } = parseCidr(cidr);
        const lower = formatCidr({ first, prefix: prefix + 1 });
        const upper = formatCidr({ first: first + addressCount(lower), prefix: prefix + 1 });
        expect(overlaps(lower, upper)).toBe(false);
        expect(addressCount(lower) + addressCount(upper)).toBe(addressCount(cidr));
        expect(contains(cidr, upper) && contains(cidr, lower)).toBe(true);
      }),
    );
  });
});
