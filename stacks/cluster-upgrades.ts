import { type MaintenanceExclusion, type MaintenanceWindow, type WindowDay, weeklyWindow } from "../constructs/gke";
import type { Google } from "../environments/schema";

type Maintenance = Google["cluster"]["maintenance"];
type Exclusion = Google["cluster"]["exclusions"][number];

/** Days of an environment in the words of Google. */
const days: { readonly [day in Maintenance["days"][number]]: WindowDay } = {
  sunday: "SU",
  monday: "MO",
  tuesday: "TU",
  wednesday: "WE",
  thursday: "TH",
  friday: "FR",
  saturday: "SA",
};

/** Scopes of an environment in the words of Google. */
const scopes: { readonly [scope in Exclusion["scope"]]: MaintenanceExclusion["scope"] } = {
  "no-upgrades": "NO_UPGRADES",
  "no-minor-upgrades": "NO_MINOR_UPGRADES",
  "no-minor-or-node-upgrades": "NO_MINOR_OR_NODE_UPGRADES",
};

/** When Google may upgrade the cluster of an environment, and when not. */
export function upgradesOf({ maintenance, exclusions }: Google["cluster"]): {
  readonly maintenance: MaintenanceWindow;
  readonly exclusions: readonly MaintenanceExclusion[];
} {
  return {
    maintenance: weeklyWindow(
      maintenance.days.map((day) => days[day]),
      maintenance.start,
      maintenance.hours,
    ),
    exclusions: exclusions.map(({ name, from, until, scope }) => ({
      name,
      startTime: from,
      endTime: until,
      scope: scopes[scope],
    })),
  };
}
