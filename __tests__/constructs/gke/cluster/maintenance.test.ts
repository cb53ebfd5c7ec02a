import { maintenancePolicy, type WindowDay, weeklyWindow } from "../../../../constructs/gke/cluster/maintenance";

describe("weeklyWindow", () => {
  it("begins on one of its days, as Google counts from there", () => {
    expect(weeklyWindow(["SA", "SU"], "01:00", 8)).toEqual({
      startTime: "2026-01-03T01:00:00Z",
      endTime: "2026-01-03T09:00:00Z",
      recurrence: "FREQ=WEEKLY;BYDAY=SA,SU",
    });
  });

  it.each([
    ["MO", "2026-01-05"],
    ["WE", "2026-01-07"],
    ["FR", "2026-01-09"],
  ] as const)("begins on the first %s", (day: WindowDay, date) => {
    expect(weeklyWindow([day], "22:30", 4)).toEqual({
      startTime: `${date}T22:30:00Z`,
      endTime: expect.stringMatching(/T02:30:00Z$/),
      recurrence: `FREQ=WEEKLY;BYDAY=${day}`,
    });
  });
});

describe("maintenancePolicy", () => {
  const window = weeklyWindow(["SA"], "00:00", 24);

  it("names what is kept away in each exclusion", () => {
    const freeze = { name: "freeze", startTime: "a", endTime: "b", scope: "NO_UPGRADES" } as const;
    expect(maintenancePolicy(window, [freeze])).toEqual({
      recurringWindow: window,
      maintenanceExclusion: [
        { exclusionName: "freeze", startTime: "a", endTime: "b", exclusionOptions: { scope: "NO_UPGRADES" } },
      ],
    });
  });

  it("says nothing of exclusions where there are none", () => {
    expect(maintenancePolicy(window, []).maintenanceExclusion).toBeUndefined();
  });
});
