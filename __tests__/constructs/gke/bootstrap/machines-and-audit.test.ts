import { AuditedReading, MachineAccounts } from "../../../../constructs/gke";
import { all, emptyStack, only } from "../synthesized";

describe("AuditedReading", () => {
  it("logs reading too, of every service and of everybody (OBS-02)", () => {
    const stack = emptyStack();
    new AuditedReading(stack, "AuditedReading", { project: "example-dev" });
    expect(only(stack, "google_project_iam_audit_config")).toMatchObject({
      service: "allServices",
      audit_log_config: [{ log_type: "ADMIN_READ" }, { log_type: "DATA_READ" }, { log_type: "DATA_WRITE" }],
    });
  });
});

describe("MachineAccounts", () => {
  it("lets one starter act as each of them, on the account and not on the project", () => {
    const stack = emptyStack();
    new MachineAccounts(stack, "Machines", {
      project: "example-dev",
      accounts: ["Nodes", "Composer"].map((id) => ({
        id,
        accountId: `gke-dev-${id.toLowerCase()}`,
        displayName: id,
      })),
      startedBy: "serviceAccount:a@example-dev.iam.gserviceaccount.com",
    });
    const accounts = all(stack, "google_service_account").map(({ account_id: id }) => id);
    expect(accounts.sort()).toEqual(["gke-dev-composer", "gke-dev-nodes"]);
    const grants = all(stack, "google_service_account_iam_member");
    expect(grants).toHaveLength(2);
    expect(new Set(grants.map(({ role, member }) => `${member} ${role}`))).toEqual(
      new Set(["serviceAccount:a@example-dev.iam.gserviceaccount.com roles/iam.serviceAccountUser"]),
    );
    expect(all(stack, "google_project_iam_member")).toEqual([]);
  });
});
