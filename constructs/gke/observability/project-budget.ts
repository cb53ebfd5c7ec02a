import { BillingBudget } from "@cdktf/provider-google/lib/billing-budget";
import { Construct } from "constructs";

/** Settings of a {@link ProjectBudget}. */
export interface ProjectBudgetProps {
  readonly billingAccount: string;
  /** Number of the project: the API names it by nothing else. */
  readonly projectNumber: string;
  /** What is shown, 60 characters at most. */
  readonly name: string;
  /** Whole units of the currency. */
  readonly monthly: number;
  /** That of the billing account, such as `EUR`. */
  readonly currency: string;
  /** Full names of channels for mail; five at most, and of no other kind. */
  readonly channels: readonly string[];
}

/** Shares of the sum at which a message goes out; the last one when it is foreseen. */
const steps = [
  { share: 0.5, basis: "CURRENT_SPEND" },
  { share: 0.8, basis: "CURRENT_SPEND" },
  { share: 1, basis: "CURRENT_SPEND" },
  { share: 1, basis: "FORECASTED_SPEND" },
] as const;

/**
 * What a project may cost in a month, and who is told. A budget stops nothing.
 *
 * @see https://cloud.google.com/billing/docs/how-to/budgets
 */
export class ProjectBudget extends Construct {
  constructor(scope: Construct, id: string, props: ProjectBudgetProps) {
    super(scope, id);
    new BillingBudget(this, "Resource", {
      billingAccount: props.billingAccount,
      displayName: props.name,
      budgetFilter: {
        projects: [`projects/${props.projectNumber}`],
        calendarPeriod: "MONTH",
        creditTypesTreatment: "INCLUDE_ALL_CREDITS",
      },
      amount: { specifiedAmount: { currencyCode: props.currency, units: String(props.monthly) } },
      thresholdRules: steps.map(({ share, basis }) => ({ thresholdPercent: share, spendBasis: basis })),
      // Without a mail of ours the administrators of the billing account are told, as they are in any case.
      allUpdatesRule:
        props.channels.length > 0
          ? { monitoringNotificationChannels: [...props.channels], disableDefaultIamRecipients: false }
          : undefined,
    });
  }
}
