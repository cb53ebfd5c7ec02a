import {
  MonitoringAlertPolicy,
  type MonitoringAlertPolicyConditions,
} from "@cdktf/provider-google/lib/monitoring-alert-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PlatformError } from "../../../terraform/platform-error";
import type { AlertChannels } from "../channels";
import { alignersOf, filterOf } from "../metrics";
import {
  type AbsenceCondition,
  type Alert,
  type LogCondition,
  longestAbsence,
  longestDocumentation,
  type MetricCondition,
  runbookAnchor,
  runbookText,
  type ThresholdCondition,
} from "./alert";

/** Settings of {@link AlertPolicies}. */
export interface AlertPoliciesProps {
  readonly project: string;
  readonly environment: string;
  readonly alerts: readonly Alert[];
  readonly channels: AlertChannels;
  /**
   * Address of the page of runbooks.
   *
   * @default - the text of an alert alone
   */
  readonly runbooks?: string;
  /**
   * What must exist first, such as what a query selects.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Alerts of an environment: a policy each, with its runbook in the message. */
export class AlertPolicies extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlertPoliciesProps,
  ) {
    super(scope, id);
    for (const alert of props.alerts) {
      this.make(alert);
    }
  }

  private make(alert: Alert): void {
    const { project, environment, channels, runbooks, dependsOn } = this.props;
    const content = runbookText(alert);
    if (content.length > longestDocumentation) {
      throw new PlatformError(
        this,
        `the runbook of ${alert.id} has ${content.length} characters, ${longestDocumentation} are allowed`,
        "move a part of it to docs/operations",
      );
    }
    const logged = alert.conditions.some(({ kind }) => kind === "log");
    new MonitoringAlertPolicy(this, alert.id, {
      project,
      displayName: `${environment}: ${alert.title}`,
      combiner: alert.all ? "AND" : "OR",
      severity: alert.severity.toUpperCase(),
      conditions: alert.conditions.map((condition) => this.condition(alert, condition)),
      notificationChannels: channels.of(alert.severity, alert.heals),
      documentation: {
        mimeType: "text/markdown",
        subject: `${alert.severity}: ${environment}: ${alert.title}`,
        content,
        links: runbooks === undefined ? [] : [{ displayName: "Runbook", url: `${runbooks}#${runbookAnchor(alert)}` }],
      },
      alertStrategy: logged
        ? // The API asks for a limit where each entry could send a message.
          { autoClose: "3600s", notificationRateLimit: { period: "900s" } }
        : { autoClose: "86400s" },
      userLabels: { environment, "managed-by": "terralake", severity: alert.severity },
      dependsOn: dependsOn ? [...dependsOn] : undefined,
    });
  }

  private condition(alert: Alert, condition: LogCondition | MetricCondition): MonitoringAlertPolicyConditions {
    const displayName = condition.title;
    if (condition.kind === "log") {
      return { displayName, conditionMatchedLog: { filter: condition.filter, labelExtractors: condition.fields } };
    }
    if (condition.kind === "query") {
      return {
        displayName,
        conditionPrometheusQueryLanguage: {
          query: condition.query,
          duration: `${condition.forSeconds}s`,
          evaluationInterval: "60s",
          // A metric is known to the API only once it was written; the policy is made before.
          disableMetricValidation: true,
        },
      };
    }
    if (condition.kind === "burn") {
      return {
        displayName,
        conditionThreshold: {
          filter: `select_slo_burn_rate("${condition.objective}", "${condition.window}s")`,
          comparison: "COMPARISON_GT",
          thresholdValue: condition.rate,
          duration: "0s",
          trigger: { count: 1 },
        },
      };
    }
    const aggregations = [this.aggregation(alert, condition)];
    const filter = filterOf(condition.metric, condition.labels);
    const duration = `${condition.forSeconds}s`;
    if (condition.kind === "absent") {
      if (condition.forSeconds > longestAbsence || condition.forSeconds < 120) {
        throw new PlatformError(
          this,
          `${alert.id} waits ${condition.forSeconds} seconds for data, 120 to ${longestAbsence} are allowed`,
          "wait at most 23.5 hours, or look at a longer period",
        );
      }
      return { displayName, conditionAbsent: { filter, duration, aggregations, trigger: { count: 1 } } };
    }
    return {
      displayName,
      conditionThreshold: {
        filter,
        duration,
        aggregations,
        comparison: condition.comparison === "above" ? "COMPARISON_GT" : "COMPARISON_LT",
        thresholdValue: condition.value,
        trigger: { count: 1 },
      },
    };
  }

  private aggregation(alert: Alert, { metric, align, period, reduce }: ThresholdCondition | AbsenceCondition) {
    const allowed = alignersOf(metric);
    if (!allowed.includes(align)) {
      throw new PlatformError(
        this,
        `${alert.id} aligns ${metric.type} by ${align}`,
        `use one of ${allowed.join(", ")}`,
      );
    }
    return {
      alignmentPeriod: `${period}s`,
      perSeriesAligner: align,
      crossSeriesReducer: reduce?.by,
      groupByFields: reduce ? [...reduce.groupBy] : undefined,
    };
  }
}
