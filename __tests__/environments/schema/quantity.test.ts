import * as fc from "fast-check";
import { formatBytes, formatCpu, parseBytes, parseCpu } from "../../../environments/schema";

describe("cpu", () => {
  test.each([
    ["4", 4000],
    ["0.5", 500],
    ["500m", 500],
    ["0.001", 1],
  ])("%s is %d millicores", (text, millis) => expect(parseCpu(text)).toBe(millis));

  test.each(["", "m", "-1", "1.5m", "4 cores", "1e3", "0.0001", " 1", "4vcpu"])("%j is refused", (text) => {
    expect(() => parseCpu(text)).toThrow(RangeError);
  });

  test("reads back what it writes", () => {
    fc.assert(fc.property(fc.nat(10_000_000), (millis) => parseCpu(formatCpu(millis)) === millis));
  });

  test("reads cores and their thousandths alike", () => {
    fc.assert(fc.property(fc.nat(100_000), (cores) => parseCpu(`${cores}`) === parseCpu(`${cores * 1000}m`)));
  });
});

describe("bytes", () => {
  test.each([
    ["1Ki", 1024],
    ["512Mi", 536870912],
    ["8Gi", 8589934592],
    ["1Ti", 1099511627776],
  ])("%s is %d", (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  test.each(["", "8", "8G", "8GB", "1.5Gi", "-1Gi", "8 Gi", "8gi", "99999999999999Ti"])("%j is refused", (text) => {
    expect(() => parseBytes(text)).toThrow(RangeError);
  });

  test("reads back what it writes, for whole kibibytes", () => {
    fc.assert(fc.property(fc.nat(2 ** 40), (kib) => parseBytes(formatBytes(kib * 1024)) === kib * 1024));
  });

  test("never writes less than was asked for, nor a kibibyte more", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 45), (bytes) => {
        const written = parseBytes(formatBytes(bytes));
        return written >= bytes && written - bytes < 1024;
      }),
    );
  });

  test("writes the largest unit that needs no fraction", () => {
    expect([1536 * 2 ** 20, 2 ** 31, 2 ** 40, 1].map(formatBytes)).toEqual(["1536Mi", "2Gi", "1Ti", "1Ki"]);
  });
});
