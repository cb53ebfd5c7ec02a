import { MonitoringCustomService } from "@cdktf/provider-google/lib/monitoring-custom-service";
import { MonitoringSlo } from "@cdktf/provider-google/lib/monitoring-slo";
import { Construct } from "constructs";
import type { Alert } from "./alerts/alert";
import { filterOf, metrics } from "./metrics";

/** Settings of {@link ServiceLevels}. */
export interface ServiceLevelsProps {
  readonly project: string;
  readonly environment: string;
  readonly cluster: string;
  /** Share of good answers that is promised, 0 to 1. */
  readonly availability: number;
}

/** Days over which a promise is kept. */
const days = 28;

/** What an environment promises, and alerts when the promise is used up too fast. */
export class ServiceLevels extends Construct {
  /** Full name of the objective. */
  readonly objective: string;

  constructor(scope: Construct, id: string, { project, environment, cluster, availability }: ServiceLevelsProps) {
    super(scope, id);
    const service = new MonitoringCustomService(this, "KubernetesApi", {
      project,
      serviceId: `${environment}-kubernetes-api`,
      displayName: `${environment}: Kubernetes API`,
      userLabels: { environment, "managed-by": "terralake" },
    });
    const requests = { "resource.label.cluster": cluster };
    const objective = new MonitoringSlo(this, "KubernetesApiAnswers", {
      project,
      service: service.serviceId,
      sloId: "answers",
      displayName: "Requests are answered without an error of the server",
      goal: availability,
      rollingPeriodDays: days,
      requestBasedSli: {
        goodTotalRatio: {
          badServiceFilter: filterOf(metrics.apiServerRequests, {
            ...requests,
            "metric.label.code": 'starts_with("5")',
          }),
          totalServiceFilter: filterOf(metrics.apiServerRequests, requests),
        },
      },
    });
    this.objective = objective.name;
  }
}

/**
 * How fast errors may come, over two windows each: the long one says that it matters, the short one that it still goes on.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
export function burnAlerts(objective: string): readonly Alert[] {
  const burns = (rate: number, minutes: number) => ({
    kind: "burn" as const,
    title: `${rate} times as fast as promised, over ${minutes} minutes`,
    objective,
    window: minutes * 60,
    rate,
  });
  const steps: Alert["steps"] = [
    "Dashboard cluster: which codes and verbs, and since when.",
    'An admission webhook that does not answer is the most frequent cause: `log_id("events")`, then "failed calling webhook".',
    "An upgrade of the control plane shows in `gcloud container operations list`; a regional cluster is through within minutes.",
  ];
  const meaning = (share: string) =>
    `Requests to the API server end in errors of the server: ${share} has gone. Operators cannot mend what they look after, and nothing can be deployed.`;
  return [
    {
      id: "KubernetesApiFailsFast",
      title: "Kubernetes API fails often",
      severity: "critical",
      conditions: [burns(14.4, 60), burns(14.4, 5)],
      all: true,
      meaning: meaning("2 % of what a month allows within an hour"),
      steps,
    },
    {
      id: "KubernetesApiFailsSlowly",
      title: "Kubernetes API fails now and then",
      severity: "error",
      conditions: [burns(6, 360), burns(6, 30)],
      all: true,
      meaning: meaning("5 % of what a month allows within six hours"),
      steps,
    },
  ];
}
