import type { RenderedRelease } from "./rendering/render";
import type { Check, Considered, Finding } from "./report";

/** An exception from a check, with its reason. One that excuses nothing, though what it is about was looked at, is a finding. */
export interface Waiver {
  readonly check: Check;
  /** Chart of the release. */
  readonly chart: string;
  /** Beginning of the finding's path: kind and name of the object, such as `Deployment/x`. */
  readonly object: string;
  /** What was given: the control of pod security, the address. */
  readonly given: RegExp;
  readonly reason: string;
}

/** Every exception of the project. */
export const waivers: readonly Waiver[] = [
  {
    check: "network",
    chart: "trino",
    object: "ConfigMap/trino-catalog",
    given: /Deployment\/trino-worker calls (nessie|polaris|lakekeeper|hive-metastore)\./,
    reason: "workers have the coordinator's configuration; catalogues are asked by the coordinator alone",
  },
  {
    check: "network",
    chart: "custom-resources",
    object: "ExternalSecret/spark-config",
    given: /StatefulSet\/spark-master calls/,
    reason: "the master has the workers' configuration; it hands out work and reads no table itself",
  },
  {
    check: "network",
    chart: "custom-resources",
    object: "ExternalSecret/spark-config",
    given: /Deployment\/spark-worker calls hive-metastore\./,
    reason: "workers run executors, which get the tables' files from their driver; only drivers ask the metastore",
  },
  {
    check: "wiring",
    chart: "custom-resources",
    object: "Service/seaweedfs-lifecycle",
    given: /^target port 18333$/,
    reason:
      "the server takes gRPC at its S3 port plus 10000, which its chart does not declare as a port of the container",
  },
  {
    check: "network",
    chart: "custom-resources",
    object: "ExternalSecret/lakekeeper-setup",
    given: /Job\/lakekeeper-setup-\w+ calls/,
    reason: "the job tells Lakekeeper where the warehouse lies; Lakekeeper calls the object store, the job does not",
  },
  {
    check: "network",
    chart: "custom-resources",
    object: "ConfigMap/polaris-setup",
    given: /Job\/polaris-setup-\w+ calls/,
    reason: "the job tells Polaris where the catalogue lies; Polaris calls the object store, the job does not",
  },
];

/** Takes out what waivers excuse, and adds the waivers that excuse nothing. */
export function applyWaivers(
  findings: readonly Finding[],
  applied: readonly Waiver[],
  considered: readonly Considered[],
  releases: readonly RenderedRelease[],
): { readonly findings: readonly Finding[]; readonly waived: readonly (Finding & { readonly reason: string })[] } {
  const chartOf = new Map(releases.map(({ installation }) => [installation.id, installation.chart]));
  const used = new Set<Waiver>();
  const waived: (Finding & { readonly reason: string })[] = [];
  const left = findings.filter((finding) => {
    const waiver = applied.find(
      ({ check, chart, object, given }) =>
        check === finding.check &&
        chartOf.get(finding.release) === chart &&
        finding.path.startsWith(object) &&
        given.test(finding.given),
    );
    if (waiver) {
      used.add(waiver);
      waived.push({ ...finding, reason: waiver.reason });
    }
    return !waiver;
  });
  const covers = (waiver: Waiver, { check, release, path, given }: Considered) =>
    waiver.check === check &&
    chartOf.get(release) === waiver.chart &&
    (path.startsWith(waiver.object) || waiver.object.startsWith(path)) &&
    waiver.given.test(given);
  // What was looked at decides: another environment may have the chart without what the waiver is about.
  const idle = applied.filter((waiver) => !used.has(waiver) && considered.some((each) => covers(waiver, each)));
  return {
    findings: [
      ...left,
      ...idle.map(
        ({ check, chart, object, given }): Finding => ({
          check: "waivers",
          release: releases.find(({ installation }) => installation.chart === chart)?.installation.id ?? chart,
          path: object,
          given: `waiver of ${check}: ${given.source}`,
          allowed: "waivers that excuse something",
          next: "remove it from verification/waivers.ts",
        }),
      ),
    ],
    waived,
  };
}
