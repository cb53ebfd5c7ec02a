import { addressCount, contains, overlaps } from "../../../environments/schema/cidr";
import { divide, resolveRanges, wholeRange } from "../../../environments/schema/network";

const sizes = Array.from(
  { length: wholeRange.longest - wholeRange.shortest + 1 },
  (_, index) => `10.0.0.0/${wholeRange.shortest + index}` as const,
);

describe("a range that is divided", () => {
  test("gives half to pods and a part of the rest to everything else", () => {
    expect(divide("10.30.0.0/15")).toEqual({
      nodes: "10.30.0.0/20",
      services: "10.30.16.0/20",
      controlPlane: "10.30.32.0/28",
      connector: "10.30.32.16/28",
      proxies: "10.30.34.0/23",
      privateServices: "10.30.48.0/20",
      pods: "10.31.0.0/16",
    });
  });

  test.each(sizes)("%s is divided into ranges within it that share no address", (range) => {
    const parts = Object.values(divide(range));
    expect(parts).toHaveLength(7);
    expect(parts.filter((part) => !contains(range, part))).toEqual([]);
    const clashes = parts.flatMap((part, index) => parts.slice(0, index).filter((other) => overlaps(part, other)));
    expect(clashes).toEqual([]);
  });

  test.each(sizes)(
    "%s has room for three kinds of managed services and the proxies that Google recommends",
    (range) => {
      const { privateServices, proxies } = divide(range);
      expect(addressCount(privateServices)).toBeGreaterThanOrEqual(3 * 256);
      expect(addressCount(proxies)).toBe(512);
    },
  );
});

test("a range that is given comes before its part of the whole", () => {
  expect(resolveRanges({ range: "10.30.0.0/15", pods: "10.64.0.0/14" })).toMatchObject({
    nodes: "10.30.0.0/20",
    pods: "10.64.0.0/14",
  });
});
