import { parseCidr } from "../cidr";
import { formatGiven, type Problem } from "../errors";
import { isPrivate } from "../google/control-plane";
import { availability, type exclusionScopes, type MaintenanceExclusion, scarcestTime } from "../google/maintenance";
import { check } from "./check";

/** Milliseconds. */
const day = 24 * 60 * 60 * 1000;

/** Most days of an exclusion; beyond half a year a version may fall out of support. */
const longestDays: { readonly [scope in (typeof exclusionScopes)[number]]: number } = {
  "no-upgrades": 30,
  "no-minor-upgrades": 180,
  "no-minor-or-node-upgrades": 180,
};

const mostExclusions = { all: 20, ofAllUpgrades: 3 };

const ownKeys = check({ needs: ["target", "google"] }, ({ target, google }) => {
  if (target.kind !== "gke" || target.tier === "dev" || google?.cluster.ownKeys !== false) return [];
  const allowed = `true in ${target.tier}, whose data only keys of the project may open`;
  return [{ path: "google.cluster.ownKeys", given: "false", allowed, next: "leave it out" }];
});

const privateControlPlane = check({ needs: ["target", "google"] }, ({ target, google }) => {
  if (target.kind !== "gke") return [];
  return (google?.cluster.authorizedNetworks ?? []).flatMap(({ cidr }, i): readonly Problem[] => {
    const path = `google.cluster.authorizedNetworks[${i}].cidr`;
    if (parseCidr(cidr).prefix === 0) {
      const allowed = "the network of who operates the cluster, never the whole internet";
      return [
        {
          path,
          given: formatGiven(cidr),
          allowed,
          next: "name your own network, or leave it out and use the DNS name",
        },
      ];
    }
    if (target.tier === "dev" || isPrivate(cidr)) return [];
    const allowed = `a private range in ${target.tier}, such as 10.0.0.0/8, as a public one would make the endpoint public`;
    return [{ path, given: formatGiven(cidr), allowed, next: "leave it out and use the DNS name" }];
  });
});

const timesInOrder = check({ needs: ["google"], clean: ["google"] }, ({ google }) =>
  (google?.cluster.exclusions ?? []).flatMap((exclusion, i): readonly Problem[] => {
    const path = `google.cluster.exclusions[${i}].until`;
    const given = formatGiven(exclusion.until);
    const days = daysOf(exclusion);
    if (days <= 0) {
      return [{ path, given, allowed: `a time after from ${formatGiven(exclusion.from)}`, next: "swap the two" }];
    }
    const longest = longestDays[exclusion.scope];
    if (days <= longest) return [];
    const allowed = `at most ${longest} days after from with scope ${exclusion.scope}, and these are ${Math.ceil(days)}`;
    const last = `${new Date(Date.parse(exclusion.from) + longest * day).toISOString().slice(0, 19)}Z`;
    return [{ path, given, allowed, next: `end it on ${last} or before` }];
  }),
);

const distinctExclusions = check({ needs: ["google"], clean: ["google"] }, ({ google }) => {
  const exclusions = google?.cluster.exclusions ?? [];
  const path = "google.cluster.exclusions";
  const given = `${exclusions.length} entries`;
  const names = exclusions.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  const ofAll = exclusions.filter(({ scope }) => scope === "no-upgrades").length;
  return [
    ...(twice === undefined
      ? []
      : [{ path, given: `${formatGiven(twice)} twice`, allowed: "each name once", next: "rename one of the two" }]),
    ...(exclusions.length <= mostExclusions.all
      ? []
      : [{ path, given, allowed: `at most ${mostExclusions.all}`, next: "remove those that are over" }]),
    ...(ofAll <= mostExclusions.ofAllUpgrades
      ? []
      : [
          {
            path,
            given: `${ofAll} with scope no-upgrades`,
            allowed: `at most ${mostExclusions.ofAllUpgrades} of them`,
            next: "remove those that are over, or use no-minor-or-node-upgrades",
          },
        ]),
  ];
});

const timeForUpgrades = check({ needs: ["google"], clean: ["google"] }, ({ google }) => {
  if (!google) return [];
  const { maintenance, exclusions } = google.cluster;
  // A time that ends before it begins, or is too long by itself, has a message of its own.
  const usable = exclusions.filter((each) => daysOf(each) > 0 && daysOf(each) <= longestDays[each.scope]);
  const { days, hours, shortest } = availability;
  const allowed = (found: { readonly from: string; readonly hours: number }) =>
    `${hours} hours in any ${days} days, in pieces of ${shortest} hours or more; from ${found.from} there are ${found.hours}`;
  const alone = scarcestTime(maintenance, []);
  if (alone.hours < hours) {
    const given = `${maintenance.days.length} times ${maintenance.hours} hours a week`;
    const next = "add days or hours";
    return [{ path: "google.cluster.maintenance", given, allowed: allowed(alone), next }];
  }
  const left = scarcestTime(maintenance, usable);
  if (left.hours >= hours) return [];
  const closing = usable.filter(({ scope }) => scope === "no-upgrades").map(({ name }) => name);
  return [
    {
      path: "google.cluster.exclusions",
      given: closing.join(", "),
      allowed: allowed(left),
      next: "shorten them, use no-minor-or-node-upgrades, or give google.cluster.maintenance more hours",
    },
  ];
});

const admission = check({ needs: ["target", "google"] }, ({ target, google }) => {
  const given = google?.cluster.images.admission;
  if (target.kind !== "gke" || target.tier === "dev" || given === undefined || given === "attested") return [];
  const allowed = `attested in ${target.tier}`;
  const next = "leave it out, and list what has no attestation in google.cluster.images.exempt";
  return [{ path: "google.cluster.images.admission", given: formatGiven(given), allowed, next }];
});

const ownImagesApart = check(
  { needs: ["target", "google", "images"], clean: ["images"] },
  ({ target, google, images }) => {
    const { registry, own } = images;
    if (target.kind !== "gke" || google?.cluster.images.admission !== "attested" || registry === undefined) return [];
    if (own !== registry && !own.startsWith(`${registry}/`)) return [];
    const apart = `${target.region}-docker.pkg.dev/${target.project}/platform`;
    const allowed = `a registry outside images.registry ${formatGiven(registry)}, all of which runs without an attestation`;
    return [{ path: "images.own", given: formatGiven(own), allowed, next: `did you mean ${apart}?` }];
  },
);

const backupTimes = check({ needs: ["google"], clean: ["google"] }, ({ google }) => {
  const backup = google?.cluster.backup;
  if (!backup) return [];
  const path = "google.cluster.backup";
  const { retainDays, lockDays, schedule } = backup;
  if (lockDays > retainDays) {
    const allowed = `at most retainDays ${retainDays}, as nothing can be locked for longer than it is kept`;
    return [{ path: `${path}.lockDays`, given: `${lockDays}`, allowed, next: "lower it or raise retainDays" }];
  }
  const most = Math.floor(mostBackups / backupsADay(schedule));
  if (retainDays <= most) return [];
  const allowed = `at most ${most} with the schedule ${formatGiven(schedule)}, as Google keeps ${mostBackups} backups of a plan`;
  return [
    { path: `${path}.retainDays`, given: `${retainDays}`, allowed, next: "keep them for less time, or make fewer" },
  ];
});

const toldOfUpgrades = check({ needs: ["target", "google"] }, ({ target, google }) => {
  if (target.kind !== "gke" || target.tier === "dev" || google?.cluster.upgradeNotices !== false) return [];
  const allowed = `true in ${target.tier}, so that somebody can know of an upgrade before it happens`;
  return [{ path: "google.cluster.upgradeNotices", given: "false", allowed, next: "leave it out" }];
});

const backupInProd = check({ needs: ["target", "google"] }, ({ target, google }) => {
  if (target.kind !== "gke" || target.tier === "dev" || !google || google.cluster.backup) return [];
  const allowed = `true in ${target.tier}, as volumes have no other copy`;
  return [{ path: "google.cluster.backup.enabled", given: "false", allowed, next: "leave it out" }];
});

/** Google keeps this many intervals of a schedule at most. */
const mostBackups = 360;

/** Times a day that a schedule strikes at most: days, months and weekdays can only make it rarer. */
function backupsADay(schedule: string): number {
  const [minute = "*", hour = "*"] = schedule.split(" ");
  return strikes(minute, 60) * strikes(hour, 24);
}

function strikes(field: string, size: number): number {
  const found = new Set<number>();
  for (const entry of field.split(",")) {
    const [range = "*", step = "1"] = entry.split("/");
    const [first, last] = range === "*" ? [0, size - 1] : range.split("-").map(Number);
    const end = last ?? (entry.includes("/") ? size - 1 : (first ?? 0));
    for (let at = first ?? 0; at <= end; at += Number(step)) found.add(at);
  }
  return Math.max(1, found.size);
}

function daysOf({ from, until }: MaintenanceExclusion): number {
  return (Date.parse(until) - Date.parse(from)) / day;
}

/** Rules on the GKE cluster beyond its target (rules GKE-03, GKE-10, GKE-11, GKE-12, GKE-16, GKE-18). */
export const clusterChecks = [
  ownKeys,
  privateControlPlane,
  timesInOrder,
  distinctExclusions,
  timeForUpgrades,
  admission,
  ownImagesApart,
  backupTimes,
  backupInProd,
  toldOfUpgrades,
];
