import { ProjectLogs, type ProjectLogsProps, securityAlerts } from "../../../../constructs/gke";
import { all, emptyStack, where } from "../synthesized";

const key = "projects/example-dev/locations/europe-west1/keyRings/ring/cryptoKeys/logs";

function made(changes: Partial<ProjectLogsProps> = {}, allowDestroy = false) {
  const stack = emptyStack({ allowDestroy });
  new ProjectLogs(stack, "Logs", {
    project: "example-dev",
    region: "europe-west1",
    prefix: "gke-dev",
    kmsKey: key,
    auditDays: 400,
    defaultDays: 90,
    locked: true,
    counted: securityAlerts,
    ...changes,
  });
  return stack;
}

describe("ProjectLogs", () => {
  it("keeps who did what apart, longer and locked", () => {
    expect(where(made(), "google_logging_project_bucket_config", "bucket_id", "gke-dev-audit")).toMatchObject({
      retention_days: 400,
      locked: true,
      location: "europe-west1",
      cmek_settings: { kms_key_name: key },
      lifecycle: { prevent_destroy: true },
    });
    expect(where(made(), "google_logging_project_bucket_config", "bucket_id", "gke-dev-default")).toMatchObject({
      retention_days: 90,
      locked: false,
    });
  });

  it("stores an audit log once: what the one sink takes the other leaves", () => {
    const audit = where(made(), "google_logging_project_sink", "name", "gke-dev-audit");
    const standard = where(made(), "google_logging_project_sink", "name", "_Default");
    expect(audit.filter).toContain('log_id("cloudaudit.googleapis.com/data_access")');
    expect(standard.filter).toBe(`NOT (${audit.filter})`);
    expect(standard.destination).toMatch(
      /^logging\.googleapis\.com\/\$\{google_logging_project_bucket_config\.Logs_Others\w*\.id\}$/,
    );
  });

  it("counts what an auditor asks to be counted", () => {
    const counted = all(made(), "google_logging_metric");
    expect(counted).toHaveLength(securityAlerts.length);
    expect(counted.map(({ name }) => name)).toContain("gke-dev-cis-2-7-firewall");
  });

  it("leaves the key to Google, and lets the buckets go, where the environment says so", () => {
    const buckets = all(made({ kmsKey: undefined, locked: false }, true), "google_logging_project_bucket_config");
    expect(buckets).toHaveLength(2);
    for (const bucket of buckets) {
      expect(bucket).not.toHaveProperty("cmek_settings");
      expect(bucket).toMatchObject({ lifecycle: { prevent_destroy: false } });
    }
  });
});
