import { regions, suggestRegion, suggestZone, zonesOf } from "../../../../environments/schema/google/regions";

const hint = "if Google has it, add it to environments/schema/google/regions.ts";

describe("the table of regions", () => {
  // https://cloud.google.com/compute/docs/regions-zones
  test.each([
    ["europe-west1", "bcd"],
    ["us-central1", "abcf"],
    ["us-east1", "bcd"],
    ["africa-south1", "abc"],
  ])("has the zones of %s", (region, letters) =>
    expect(zonesOf(region)).toEqual([...letters].map((letter) => `${region}-${letter}`)),
  );

  it("has three zones or more of each region, and none of what is no region", () => {
    expect(regions.length).toBeGreaterThanOrEqual(43);
    for (const region of regions) {
      expect(region).toMatch(/^[a-z]+-[a-z]+\d+$/);
      expect(zonesOf(region).length).toBeGreaterThanOrEqual(3);
    }
    expect(zonesOf("europe-west7")).toEqual([]);
  });
});

describe("the region that was meant", () => {
  test.each([
    ["europe-west7", `did you mean europe-west1? ${hint}`],
    ["europe-wets4", `did you mean europe-west4? ${hint}`],
    ["europe-west1-b", "did you mean europe-west1?"],
    ["Europe-West4", "did you mean europe-west4?"],
    ["europe-west7-b", "did you mean europe-west1?"],
    ["mars-crater1", `see \`gcloud compute regions list\`; ${hint}`],
    [7, `see \`gcloud compute regions list\`; ${hint}`],
  ])("by %p", (given, next) => expect(suggestRegion(given)).toBe(next));
});

describe("the zone that was meant", () => {
  it("exists, is not given yet, and has the same letter where it can", () => {
    expect(suggestZone("europe-west4-d", "europe-west1", ["europe-west1-b"])).toBe(
      `did you mean europe-west1-d? ${hint}`,
    );
    expect(suggestZone("us-central1-e", "us-central1", ["us-central1-a", "us-central1-b"])).toBe(
      `did you mean us-central1-c? ${hint}`,
    );
    expect(suggestZone("europe-west1-a", "europe-west1", zonesOf("europe-west1"))).toBe(`remove it; ${hint}`);
  });
});
