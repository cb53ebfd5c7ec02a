import { defineEnvironment, type EnvironmentInput } from "../../../../environments/schema";
import { gke } from "../../../fixtures/environments/base";

describe("where Google's APIs are reached", () => {
  const apis = (perimeter: object | undefined) => {
    const organization = { id: "123456789012", domain: "example.com" };
    const made = defineEnvironment({
      ...gke,
      google: { organization, ...(perimeter && { perimeter }) },
    } as unknown as EnvironmentInput);
    return made.target.kind === "gke" ? made.target.vpc.googleApis : undefined;
  };

  it("is where every API answers, until the perimeter refuses", () => {
    expect(apis(undefined)).toBe("private");
    expect(apis({ accessPolicy: "234567890123" })).toBe("private");
    expect(apis({ accessPolicy: "234567890123", enforce: true })).toBe("restricted");
  });
});
