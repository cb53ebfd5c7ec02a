import {
  defaultMaintenance,
  type Maintenance,
  type MaintenanceExclusion,
  scarcestTime,
  weekdays,
} from "../../../../environments/schema/google/maintenance";

const freeze = (from: string, until: string, scope: MaintenanceExclusion["scope"] = "no-upgrades") => ({
  name: "freeze",
  from: `${from}T00:00:00Z`,
  until: `${until}T00:00:00Z`,
  scope,
});
const daily = (start: string, hours: number): Maintenance => ({ days: weekdays, start, hours });

describe("the time that maintenance has", () => {
  test("is 64 hours or more in any 32 days by default", () => {
    expect(scarcestTime(defaultMaintenance, []).hours).toBeGreaterThanOrEqual(64);
  });

  test("counts no piece shorter than four hours", () => {
    expect(scarcestTime(daily("01:00", 3), []).hours).toBe(0);
    expect(scarcestTime(daily("01:00", 4), []).hours).toBe(128);
  });

  test("joins windows that touch, so that a piece before midnight counts", () => {
    expect(scarcestTime(daily("02:00", 24), []).hours).toBe(32 * 24);
  });

  test("loses what an exclusion of all upgrades takes", () => {
    expect(scarcestTime(daily("00:00", 4), [freeze("2026-12-01", "2026-12-31")])).toEqual({
      from: "2026-11-29",
      hours: 8,
    });
  });

  test("loses nothing to an exclusion of minor upgrades", () => {
    const exclusions = [freeze("2026-12-01", "2026-12-31", "no-minor-upgrades")];
    expect(scarcestTime(daily("00:00", 4), exclusions).hours).toBe(128);
  });

  test("adds up exclusions that are close to each other", () => {
    const apart = [freeze("2026-06-01", "2026-06-15"), freeze("2026-09-01", "2026-09-15")];
    const close = [freeze("2026-06-01", "2026-06-15"), freeze("2026-06-17", "2026-07-01")];
    expect(scarcestTime(daily("00:00", 4), apart).hours).toBe(72);
    expect(scarcestTime(daily("00:00", 4), close).hours).toBe(16);
  });

  test("cuts a window in pieces, of which a short one counts for nothing", () => {
    const midday = {
      name: "midday",
      from: "2026-06-01T03:00:00Z",
      until: "2026-06-01T04:00:00Z",
      scope: "no-upgrades",
    } as const;
    expect(scarcestTime(daily("00:00", 8), [midday]).hours).toBe(32 * 8 - 8 + 4);
  });
});
