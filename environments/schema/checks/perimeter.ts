import { parseCidr } from "../cidr";
import type { Problem } from "../errors";
import { check } from "./check";

const needsOrganization = check({ needs: ["google"], clean: ["google"] }, ({ google }, given) =>
  given.google?.perimeter !== undefined && google?.organization === undefined
    ? [
        {
          path: "google.organization",
          given: "missing",
          allowed: "the organization of the project, as google.perimeter is given",
          next: "copy id and domain from `gcloud organizations list`, or remove google.perimeter",
        },
      ]
    : [],
);

/** Settings of the service perimeter that mean nothing without one. */
const needsAccessPolicy = check({ needs: ["google"], clean: ["google"] }, (_, given) => {
  const perimeter = given.google?.perimeter;
  if (perimeter === undefined || perimeter.accessPolicy !== undefined) return [];
  const problem = (key: string): Problem => ({
    path: "google.perimeter.accessPolicy",
    given: "missing",
    allowed: `the number of the organization's access policy, as google.perimeter.${key} is given`,
    next: "copy it from `gcloud access-context-manager policies list --organization <number>`",
  });
  return [
    ...(perimeter.enforce === true ? [problem("enforce")] : []),
    ...(perimeter.people === undefined ? [] : [problem("people")]),
    ...(perimeter.regions === undefined ? [] : [problem("regions")]),
    ...(perimeter.ranges === undefined ? [] : [problem("ranges")]),
  ];
});

/** Ranges that no packet from the internet comes from. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(parseCidr);

const publicRanges = check({ needs: ["google"], clean: ["google"] }, ({ google }) =>
  (google?.perimeter.ranges ?? []).flatMap((range, at): readonly Problem[] => {
    const { first, last } = parseCidr(range);
    return privateRanges.some((other) => first >= other.first && last <= other.last)
      ? [
          {
            path: `google.perimeter.ranges[${at}]`,
            given: `"${range}"`,
            allowed: "a public IPv4 range: Google sees the address after the translation",
            next: "name the address by which your office reaches the internet",
          },
        ]
      : [];
  }),
);

/** At the private addresses every API of Google answers, those that no perimeter knows too. */
const closedApis = check({ needs: ["target", "google"] }, ({ target, google }) =>
  google?.perimeter.accessPolicy !== undefined &&
  google.perimeter.enforce &&
  target.kind === "gke" &&
  target.vpc.googleApis !== "restricted"
    ? [
        {
          path: "target.network.googleApis",
          given: `"${target.vpc.googleApis}"`,
          allowed: '"restricted" while google.perimeter.enforce is set: other APIs would be a way around the perimeter',
          next: "leave it out",
        },
      ]
    : [],
);

/** Rules on what surrounds a project. */
export const perimeterChecks = [needsOrganization, needsAccessPolicy, publicRanges, closedApis];
