import { applyRoles, grantableRoles } from "../../../../constructs/gke/bootstrap/apply-roles";
import { imagesRoles } from "../../../../constructs/gke/bootstrap/images-roles";
import { planRoles } from "../../../../constructs/gke/bootstrap/plan-roles";
import {
  ApplyIdentity,
  type ApplyIdentityProps,
  ImagesIdentity,
  PlanIdentity,
} from "../../../../constructs/gke/bootstrap/platform-identities";
import type { PlatformRole } from "../../../../constructs/gke/bootstrap/platform-roles";
import { all, emptyStack, only, where } from "../synthesized";

function apply(changes: Partial<ApplyIdentityProps> = {}) {
  const stack = emptyStack();
  new ApplyIdentity(stack, "Apply", {
    project: "example-dev",
    accountId: "gke-dev-apply",
    allowDestroy: true,
    ...changes,
  });
  return stack;
}

const tables: readonly (readonly [string, readonly PlatformRole[]])[] = [
  ["apply", applyRoles],
  ["plan", planRoles],
  ["images", imagesRoles],
];

const permissionsOf = (table: readonly PlatformRole[]) =>
  table.flatMap((row) => ("permissions" in row ? row.permissions : []));

describe.each(tables)("the table of the identity that does %s", (_, table) => {
  it("has a reason for each row, and each row once", () => {
    expect(table.length).toBeGreaterThan(0);
    expect(table.filter(({ reason }) => reason.length < 10)).toEqual([]);
    const ids = table.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("names permissions as Google does, each once in a role", () => {
    for (const row of table) {
      const permissions = "permissions" in row ? row.permissions : [];
      expect(permissions.filter((one) => !/^[a-z]+(\.[a-zA-Z]+){2}$/.test(one))).toEqual([]);
      expect(new Set(permissions).size).toBe(permissions.length);
    }
  });

  it("fits names of roles, also of the longest environment", () => {
    for (const { id } of table) expect(`${"e".repeat(20)}_images_${id}`.length + id.length).toBeLessThanOrEqual(64);
  });
});

describe("ApplyIdentity", () => {
  it("may give away the roles of the list and no others", () => {
    const grant = where(apply(), "google_project_iam_member", "role", "roles/resourcemanager.projectIamAdmin");
    const list = grantableRoles.map(({ role }) => `'${role}'`).join(", ");
    expect(grantableRoles.length).toBeGreaterThan(0);
    expect(grant.condition).toMatchObject({
      expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${list}])`,
    });
  });

  it("neither uses a key nor decides who does", () => {
    expect(all(apply(), "google_kms_crypto_key_iam_member")).toEqual([]);
    expect(permissionsOf(applyRoles).filter((one) => one.startsWith("cloudkms."))).toEqual([]);
  });

  it("empties buckets only where a plan may destroy them, and writes no object anywhere", () => {
    const objects = (allowDestroy: boolean) =>
      all(apply({ allowDestroy }), "google_project_iam_custom_role")
        .flatMap(({ permissions }) => permissions as string[])
        .filter((one) => one.startsWith("storage.objects."));
    expect(objects(false)).toEqual([]);
    expect(objects(true).sort()).toEqual(["storage.objects.delete", "storage.objects.list"]);
  });

  it("makes alerts on log entries, which needs a right beside that on alerts", () => {
    expect(permissionsOf(applyRoles)).toEqual(
      expect.arrayContaining(
        ["create", "delete", "get", "list", "update"].map((verb) => `logging.notificationRules.${verb}`),
      ),
    );
  });

  it("reads no data: no object, row, message or secret", () => {
    const reads = ["storage.objects.get", "bigquery.tables.getData", "secretmanager.versions.access"];
    expect(permissionsOf(applyRoles).filter((one) => reads.includes(one) || one.endsWith(".consume"))).toEqual([]);
    expect(permissionsOf(applyRoles).length).toBeGreaterThan(20);
  });

  it("makes no keys and no roles, and acts as no identity that it was not given", () => {
    const escalates = /^iam\.|^resourcemanager\.|^cloudkms\.|^orgpolicy\./;
    // Who decides who acts as an account may decide it for itself: an open end, see the decision on identities.
    expect(permissionsOf(applyRoles).filter((one) => escalates.test(one))).toEqual(
      ["create", "delete", "get", "getIamPolicy", "list", "setIamPolicy", "update"].map(
        (verb) => `iam.serviceAccounts.${verb}`,
      ),
    );
    const readyMade = applyRoles.flatMap((row) => ("role" in row ? [row.role] : []));
    expect(readyMade.filter((role) => /^roles\/(iam|cloudkms)\./.test(role))).toEqual([]);
  });

  it("writes secrets only where Google keeps them", () => {
    const roles = (secretManager: boolean) =>
      all(apply({ secretManager }), "google_project_iam_custom_role").map(({ role_id: id }) => id);
    expect(roles(true)).toContain("gke_dev_apply_secrets");
    expect(roles(false)).not.toContain("gke_dev_apply_secrets");
  });

  it("lets the named operators and jobs act as it, and nobody else", () => {
    expect(all(apply(), "google_service_account_iam_member")).toEqual([]);
    expect(
      only(apply({ operators: ["group:platform@example.com"] }), "google_service_account_iam_member"),
    ).toMatchObject({ role: "roles/iam.serviceAccountTokenCreator", member: "group:platform@example.com" });
    expect(only(apply({ jobs: "principalSet://any" }), "google_service_account_iam_member")).toMatchObject({
      role: "roles/iam.workloadIdentityUser",
      member: "principalSet://any",
    });
  });

  it("has each row of the table, and no more", () => {
    const stack = apply({ secretManager: true });
    const roles = all(stack, "google_project_iam_custom_role").length;
    const grants = all(stack, "google_project_iam_member");
    const own = grants.filter(({ role }) => /^\$\{google_project_iam_custom_role\.\w+\.name\}$/.test(String(role)));
    expect(grants).toHaveLength(applyRoles.length);
    expect(own).toHaveLength(roles);
    expect(new Set(grants.map(({ member }) => member)).size).toBe(1);
  });
});

describe("PlanIdentity", () => {
  it("has roles that read and none that change", () => {
    const stack = emptyStack();
    new PlanIdentity(stack, "Plan", { project: "example-dev", accountId: "gke-dev-plan" });
    expect(all(stack, "google_project_iam_member")).toHaveLength(planRoles.length - 1);
    const readyMade = planRoles.flatMap((row) => ("role" in row ? [row.role] : []));
    expect(readyMade.filter((role) => !/(viewer|Viewer|reader|securityReviewer)$/.test(role))).toEqual([]);
    expect(permissionsOf(planRoles).filter((one) => !/\.(get|getIamPolicy|list|viewPublicKey)$/.test(one))).toEqual([]);
  });

  it("reads what the bootstrap layer asks Google for", () => {
    expect(permissionsOf(planRoles)).toEqual(
      expect.arrayContaining([
        "cloudkms.cryptoKeyVersions.viewPublicKey",
        "containeranalysis.notes.get",
        "logging.cmekSettings.get",
        "logging.settings.get",
      ]),
    );
  });
});

describe("ImagesIdentity", () => {
  it("attests and takes nothing back, and has no role on all repositories", () => {
    const stack = emptyStack();
    new ImagesIdentity(stack, "Images", { project: "example-dev", accountId: "gke-dev-images" });
    expect(only(stack, "google_project_iam_custom_role").role_id).toBe("gke_dev_images_attestations");
    expect(only(stack, "google_project_iam_member").role).toMatch(/_custom_role/);
    expect(permissionsOf(imagesRoles).filter((one) => /\.(delete|update|setIamPolicy)$/.test(one))).toEqual([]);
  });
});
