import { MonitoringUptimeCheckConfig } from "@cdktf/provider-google/lib/monitoring-uptime-check-config";
import { Construct } from "constructs";
import { idOf } from "../../kubernetes/names";
import type { Alert } from "./alerts/alert";
import { metrics } from "./metrics";

/** A page that is asked for from outside. */
export interface PageSettings {
  /** A name that the whole internet resolves. */
  readonly host: string;
  readonly path: string;
  /** Text that must be in the answer. @default - none */
  readonly contains?: string;
}

/** Settings of {@link WatchedPages}. */
export interface WatchedPagesProps {
  readonly project: string;
  readonly environment: string;
  readonly pages: Readonly<Record<string, PageSettings>>;
}

/** Uptime checks of public pages, from Europe, the Americas and Asia. */
export class WatchedPages extends Construct {
  constructor(scope: Construct, id: string, { project, environment, pages }: WatchedPagesProps) {
    super(scope, id);
    for (const [name, { host, path, contains }] of Object.entries(pages)) {
      new MonitoringUptimeCheckConfig(this, idOf(name), {
        project,
        displayName: `${environment}: ${name}`,
        timeout: "10s",
        period: "300s",
        httpCheck: {
          path,
          port: 443,
          useSsl: true,
          validateSsl: true,
          acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }],
        },
        monitoredResource: { type: "uptime_url", labels: { project_id: project, host } },
        contentMatchers: contains === undefined ? undefined : [{ content: contains, matcher: "CONTAINS_STRING" }],
        userLabels: { environment, "managed-by": "terralake" },
      });
    }
  }
}

const byHost = ["resource.label.host"];

/** What is told of public pages. */
export const pageAlerts: readonly Alert[] = [
  {
    id: "PageDown",
    title: "Public page does not answer",
    severity: "critical",
    conditions: [
      {
        kind: "threshold",
        title: "Most places that ask get no good answer",
        metric: metrics.pageUp,
        align: "ALIGN_FRACTION_TRUE",
        period: 600,
        reduce: { by: "REDUCE_MEAN", groupBy: byHost },
        comparison: "below",
        value: 0.5,
        forSeconds: 300,
      },
    ],
    meaning: "People cannot reach a page: its name, its address, its certificate or what stands behind it.",
    steps: [
      "`curl --verbose https://<host>/`: how far does it come?",
      "No answer: `kubectl get gateways,httproutes --all-namespaces`, then the backend services of the load balancer.",
      "502 or 503: the pods behind it; dashboard services.",
    ],
  },
  {
    id: "PageCertificateExpires",
    title: "Certificate of a public page runs out",
    severity: "error",
    conditions: [
      {
        kind: "threshold",
        title: "Fewer than 14 days left",
        metric: metrics.pageCertificateDays,
        align: "ALIGN_MIN",
        period: 3600,
        reduce: { by: "REDUCE_MIN", groupBy: byHost },
        comparison: "below",
        value: 14,
        forSeconds: 3600,
      },
    ],
    meaning: "Google renews its certificates a month before they end; this one was not renewed.",
    steps: [
      "`gcloud certificate-manager certificates describe <name>`: `authorizationAttemptInfo` has the reason.",
      "Most often the DNS record of the authorization is gone: apply the layer network again.",
    ],
  },
];
