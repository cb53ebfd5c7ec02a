import * as fc from "fast-check";
import { closest } from "../../../environments/schema";
import { editDistance } from "../../../environments/schema/suggest";

describe("editDistance", () => {
  test.each([
    ["trino", "trino", 0],
    ["trinno", "trino", 1],
    ["tirno", "trino", 1],
    ["", "trino", 5],
    ["kafka", "trino", 5],
  ])("from %j to %j is %d", (from, to, distance) => expect(editDistance(from, to)).toBe(distance));

  test("is the same both ways, and never more than the longer word", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("closest", () => {
  const services = ["postgres", "mariadb", "nessie", "trino"];

  test.each([
    ["postgress", "postgres"],
    ["Trino", "trino"],
    ["nesie", "nessie"],
    ["kafka", undefined],
    ["", undefined],
  ])("of %j is %j", (given, expected) => expect(closest(given, services)).toBe(expected));
});
