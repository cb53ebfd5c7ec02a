import { ProjectBudget, ServiceLevels, WatchedPages } from "../../../../constructs/gke";
import { burnAlerts } from "../../../../constructs/gke/observability/service-levels";
import { all, emptyStack, only } from "../synthesized";

const shared = { project: "example-dev", environment: "gke-dev" };

describe("ServiceLevels", () => {
  it("promises a share of good answers of the API server", () => {
    const stack = emptyStack();
    new ServiceLevels(stack, "Levels", { ...shared, cluster: "gke-dev", availability: 0.999 });
    expect(only(stack, "google_monitoring_slo")).toMatchObject({
      goal: 0.999,
      rolling_period_days: 28,
      request_based_sli: {
        good_total_ratio: {
          bad_service_filter: expect.stringContaining('metric.label.code=starts_with("5")'),
          total_service_filter: expect.not.stringContaining("metric.label.code"),
        },
      },
    });
  });

  it("rings by two windows at once: what lasts, and what still goes on", () => {
    const alerts = burnAlerts("objective");
    expect(alerts.map(({ all: both }) => both)).toEqual([true, true]);
    expect(
      alerts.map(({ conditions }) => conditions.map((condition) => "window" in condition && condition.window)),
    ).toEqual([
      [3600, 300],
      [21_600, 1800],
    ]);
  });
});

describe("WatchedPages", () => {
  it("asks by TLS and looks at the certificate", () => {
    const stack = emptyStack();
    new WatchedPages(stack, "Pages", {
      ...shared,
      pages: { trino: { host: "trino.example.com", path: "/ui/", contains: "Trino" } },
    });
    expect(only(stack, "google_monitoring_uptime_check_config")).toMatchObject({
      http_check: { path: "/ui/", port: 443, use_ssl: true, validate_ssl: true },
      monitored_resource: { type: "uptime_url", labels: { host: "trino.example.com", project_id: "example-dev" } },
      content_matchers: [{ content: "Trino", matcher: "CONTAINS_STRING" }],
    });
  });

  it("asks for nothing where there are no pages", () => {
    const stack = emptyStack();
    new WatchedPages(stack, "Pages", { ...shared, pages: {} });
    expect(all(stack, "google_monitoring_uptime_check_config")).toEqual([]);
  });
});

describe("ProjectBudget", () => {
  it("leaves the rule of messages out where there is no mail: the API refuses an empty one", () => {
    const stack = emptyStack();
    new ProjectBudget(stack, "Budget", {
      billingAccount: "012345-6789AB-CDEF01",
      projectNumber: "123",
      name: "gke-dev",
      monthly: 1500,
      currency: "EUR",
      channels: [],
    });
    expect(only(stack, "google_billing_budget")).not.toHaveProperty("all_updates_rule");
  });

  it("counts this project alone, and says so before the sum is reached", () => {
    const stack = emptyStack();
    new ProjectBudget(stack, "Budget", {
      billingAccount: "012345-6789AB-CDEF01",
      projectNumber: "123",
      name: "gke-dev",
      monthly: 1500,
      currency: "EUR",
      channels: ["projects/example-dev/notificationChannels/1"],
    });
    expect(only(stack, "google_billing_budget")).toMatchObject({
      budget_filter: { projects: ["projects/123"], calendar_period: "MONTH" },
      amount: { specified_amount: { currency_code: "EUR", units: "1500" } },
      threshold_rules: [
        { threshold_percent: 0.5, spend_basis: "CURRENT_SPEND" },
        { threshold_percent: 0.8, spend_basis: "CURRENT_SPEND" },
        { threshold_percent: 1, spend_basis: "CURRENT_SPEND" },
        { threshold_percent: 1, spend_basis: "FORECASTED_SPEND" },
      ],
    });
  });
});
