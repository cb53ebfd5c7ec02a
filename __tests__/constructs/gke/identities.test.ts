import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { ApplyIdentity, PlanIdentity } from "../../../constructs/gke/platform-identities";
import { ServiceIdentity } from "../../../constructs/gke/service-identity";
import { VaultSealIdentity } from "../../../constructs/gke/vault-seal-identity";
import { WorkloadIdentity } from "../../../constructs/gke/workload-identity";
import { all, emptyStack, only, where } from "./synthesized";

const key = "projects/example-dev/locations/europe-west1/keyRings/gke-dev-platform/cryptoKeys/vault-unseal";
const kubernetes = { namespace: "vault", serviceAccount: "vault" };

/** Something that can be waited for. */
function anything(stack: ReturnType<typeof emptyStack>) {
  return new PubsubTopic(stack, "Anything", { name: "anything" });
}

describe("ServiceIdentity", () => {
  it.each(["roles/owner", "roles/editor", "roles/viewer"])("refuses the basic role %s", (role) => {
    const make = () =>
      new ServiceIdentity(emptyStack(), "Identity", {
        project: "example-dev",
        accountId: "gke-dev-any",
        displayName: "any",
        projectRoles: [{ id: "Role", role }],
      });
    expect(make).toThrow(`"${role}" is a basic role: name the predefined roles that are needed`);
  });
});

describe("WorkloadIdentity", () => {
  it("binds exactly one Kubernetes service account, once the cluster is there", () => {
    const stack = emptyStack();
    const identity = new WorkloadIdentity(stack, "Identity", {
      project: "example-dev",
      accountId: "gke-dev-any",
      displayName: "any",
      kubernetes: [kubernetes],
      cluster: anything(stack),
    });
    const binding = only(stack, "google_service_account_iam_member");
    expect(binding).toMatchObject({
      role: "roles/iam.workloadIdentityUser",
      member: "serviceAccount:example-dev.svc.id.goog[vault/vault]",
      depends_on: ["google_pubsub_topic.Anything"],
    });
    expect(identity.annotations).toEqual({
      "iam.gke.io/gcp-service-account": "gke-dev-any@example-dev.iam.gserviceaccount.com",
    });
  });
});

it("binds each of several accounts and no other", () => {
  const stack = emptyStack();
  new WorkloadIdentity(stack, "Identity", {
    project: "example-dev",
    accountId: "gke-dev-any",
    displayName: "any",
    kubernetes: [kubernetes, { namespace: "vault", serviceAccount: "vault-bootstrap" }],
    cluster: anything(stack),
  });
  expect(
    all(stack, "google_service_account_iam_member")
      .map(({ member }) => member)
      .sort(),
  ).toEqual([
    "serviceAccount:example-dev.svc.id.goog[vault/vault-bootstrap]",
    "serviceAccount:example-dev.svc.id.goog[vault/vault]",
  ]);
});

describe("VaultSealIdentity", () => {
  it("may use and see its key, and has no role on the project", () => {
    const stack = emptyStack();
    new VaultSealIdentity(stack, "Seal", {
      project: "example-dev",
      accountId: "gke-dev-vault",
      key,
      kubernetes: [kubernetes],
      cluster: anything(stack),
    });
    const grants = all(stack, "google_kms_crypto_key_iam_member");
    expect(grants.map(({ role }) => role).sort()).toEqual([
      "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      "roles/cloudkms.viewer",
    ]);
    expect(new Set(grants.map(({ crypto_key_id: id }) => id))).toEqual(new Set([key]));
    expect(all(stack, "google_project_iam_member")).toEqual([]);
  });
});

describe("ApplyIdentity", () => {
  function apply(operators?: readonly string[]) {
    const stack = emptyStack();
    new ApplyIdentity(stack, "Apply", { project: "example-dev", accountId: "gke-dev-apply", sealKey: key, operators });
    return stack;
  }

  it("may give away only the role of nodes", () => {
    const grant = where(apply(), "google_project_iam_member", "role", "roles/resourcemanager.projectIamAdmin");
    expect(grant.condition).toMatchObject({
      expression:
        "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/container.defaultNodeServiceAccount'])",
    });
  });

  it("may decide who uses the seal key but not destroy it", () => {
    const stack = apply();
    expect(only(stack, "google_project_iam_custom_role").permissions).toEqual([
      "cloudkms.cryptoKeys.get",
      "cloudkms.cryptoKeys.getIamPolicy",
      "cloudkms.cryptoKeys.setIamPolicy",
    ]);
    expect(only(stack, "google_kms_crypto_key_iam_member").crypto_key_id).toBe(key);
  });

  it("lets the named operators act as it, and nobody else", () => {
    expect(all(apply(), "google_service_account_iam_member")).toEqual([]);
    expect(only(apply(["group:platform@example.com"]), "google_service_account_iam_member")).toMatchObject({
      role: "roles/iam.serviceAccountTokenCreator",
      member: "group:platform@example.com",
    });
  });
});

describe("PlanIdentity", () => {
  it("has roles that read and none that change", () => {
    const stack = emptyStack();
    new PlanIdentity(stack, "Plan", { project: "example-dev", accountId: "gke-dev-plan" });
    const roles = all(stack, "google_project_iam_member").map(({ role }) => String(role));
    expect(roles.length).toBeGreaterThan(0);
    expect(roles.filter((role) => !/(viewer|Viewer|securityReviewer)$/.test(role))).toEqual([]);
  });
});
