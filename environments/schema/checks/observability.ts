import { formatGiven, type Problem } from "../errors";
import { severities } from "../google/observability";
import { ofTier, tierSettings } from "../google/tiers";
import { closest } from "../suggest";
import { check } from "./check";

/** Where the names of channels are used: what the given file says, as the defaults name all of them. */
const knownChannels = check({ needs: ["google"], clean: ["google"] }, ({ google }) => {
  if (!google) return [];
  const { channels, routes } = google.observability;
  const known = Object.keys(channels);
  return severities.flatMap((severity) =>
    routes[severity].flatMap((name, at): readonly Problem[] => {
      if (known.includes(name)) return [];
      const meant = closest(name, known);
      return [
        {
          path: `google.observability.routes.${severity}[${at}]`,
          given: formatGiven(name),
          allowed: known.join(", "),
          next: meant ? `did you mean ${meant}?` : "add it to google.observability.channels",
        },
      ];
    }),
  );
});

const usedChannels = check({ needs: ["google"], clean: ["google"] }, ({ google }) => {
  if (!google) return [];
  const { channels, routes } = google.observability;
  const used = new Set(severities.flatMap((severity) => routes[severity]));
  return Object.keys(channels)
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: `google.observability.channels.${name}`,
      given: "a channel that no route names",
      allowed: "channels of google.observability.routes",
      next: "add it to a route, or remove it",
    }));
});

/** A topic wakes nobody. An environment that says nothing of channels is left to the rule OBS-01. */
const wokenPeople = check({ needs: ["google", "target"], clean: ["google"] }, ({ google, target }, given) => {
  if (!google || target.kind !== "gke" || given.google?.observability?.channels === undefined) return [];
  if (!ofTier(target.tier, tierSettings.wakesPeople)) return [];
  const { channels, routes } = google.observability;
  if (routes.critical.some((name) => channels[name] === undefined || channels[name].kind !== "pubsub")) return [];
  return [
    {
      path: "google.observability.routes.critical",
      given: "topics alone",
      allowed: "at least one channel of kind email, pagerduty or slack, as the tier is not dev",
      next: "add a channel that a person reads",
    },
  ];
});

const paidBudget = check({ needs: ["google"], clean: ["google"] }, ({ google }) =>
  google?.observability.budget && google.billingAccount === undefined
    ? [
        {
          path: "google.billingAccount",
          given: "missing",
          allowed: "the billing account of the project, as google.observability.budget is given",
          next: "copy it from `gcloud billing projects describe <project>`, or remove the budget",
        },
      ]
    : [],
);

/** Google asks for a page from outside, where a name of an internal edge leads nowhere. */
const publicPages = check({ needs: ["google"], clean: ["google"] }, ({ google }) => {
  const { domain, access } = google?.edge ?? {};
  if (!google || domain === undefined || access === "public") return [];
  return Object.entries(google.observability.pages)
    .filter(([, { host }]) => host === domain || host.endsWith(`.${domain}`))
    .map(([name, { host }]) => ({
      path: `google.observability.pages.${name}.host`,
      given: formatGiven(host),
      allowed: `a host that the internet reaches, as google.edge.access is ${formatGiven(access)}`,
      next: "remove the page, or give google.edge.access: public",
    }));
});

/** Rules on who is told of what in Google Cloud. */
export const observabilityChecks = [knownChannels, usedChannels, wokenPeople, paidBudget, publicPages];
