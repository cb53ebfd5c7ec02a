import { schedule } from "../../../environments/schema/schedule";

const accepts = (given: unknown) => schedule().safeParse(given).success;

describe("a schedule", () => {
  test.each([
    "17 */6 * * *",
    "0 0 1 1 0",
    "59 23 31 12 6",
    "30 1,13 * * 1-5",
    "0-30/10 * * * *",
    "5/15 0-6,18-23 * * *",
  ])("%s is accepted", (given) => expect(accepts(given)).toBe(true));

  test.each([
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * 32 * *",
    "* * * 0 *",
    "* * * 13 *",
    "* * * * 7",
    "30-10 * * * *",
    "0-60 * * * *",
    "0,60 * * * *",
    "*/0 * * * *",
    "*/60 * * * *",
    "1, * * * *",
    "-1 * * * *",
    "* * * *",
    "* * * * * *",
    "*  * * * *",
    "@daily",
    "",
    17,
  ])("%j is refused", (given) => expect(accepts(given)).toBe(false));
});
