import { App, TerraformStack } from "cdktf";
import { type Alert, environmentAlerts, findingsTopic, runbookAnchor, type Severity } from "../constructs/gke";
import type { Environment } from "../environments/schema";
import { watchedPlace } from "../stacks/observability";
import { isGke } from "../stacks/platform-stack";
import { section, table } from "./markdown";

const severities: readonly Severity[] = ["critical", "error", "warning"];

/** A runbook per alert of any environment: what it means, what to do; each notification links to its heading. */
export function alertsPage(environments: readonly Environment[]): string {
  const alerts = alertsOf(environments);
  return [
    "# Alerts",
    "Written by `npm run docs` from the program; a test compares. Notifications have the same text, with the names of their environment.",
    table(
      ["Alert", "Severity", "Environments", "Heals by itself"],
      alerts.map(({ alert, where }) => [
        `[${alert.title}](#${runbookAnchor(alert)})`,
        alert.severity,
        where.join(", "),
        alert.heals ? "a DAG may act" : "no",
      ]),
    ),
    ...alerts.flatMap(({ alert, where }) => runbook(alert, where[0] ?? "")),
  ].join("\n\n");
}

/** Alerts with the environments that have them; the worst first. */
function alertsOf(environments: readonly Environment[]) {
  const found = new Map<string, { readonly alert: Alert; readonly where: string[] }>();
  for (const environment of environments.filter(isGke)) {
    const { observability, organization, perimeter } = environment.google;
    const scope = new TerraformStack(new App(), environment.name);
    const alerts = environmentAlerts({
      place: watchedPlace(scope, environment),
      thresholds: observability.thresholds,
      objective: "the objective",
      pages: Object.keys(observability.pages).length > 0,
      findingsTopic: organization && perimeter.findings ? findingsTopic(scope, environment.name) : undefined,
    });
    for (const alert of alerts) {
      const known = found.get(alert.id);
      if (known) {
        known.where.push(environment.name);
      } else {
        found.set(alert.id, { alert, where: [environment.name] });
      }
    }
  }
  return [...found.values()].sort(
    (a, b) => severities.indexOf(a.alert.severity) - severities.indexOf(b.alert.severity),
  );
}

function runbook({ title, severity, conditions, meaning, steps }: Alert, environment: string): readonly string[] {
  return section(
    title,
    `Severity ${severity}. Opened by: ${conditions.map((condition) => condition.title).join("; ")}.`,
    meaning,
    steps.map((step, at) => `${at + 1}. ${step.replaceAll(environment, "<environment>")}`).join("\n"),
  );
}
