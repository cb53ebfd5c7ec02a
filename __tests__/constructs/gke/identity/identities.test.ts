import { PubsubTopic } from "@cdktf/provider-google/lib/pubsub-topic";
import { GivenIdentity } from "../../../../constructs/gke/identity/given-identity";
import { ServiceIdentity } from "../../../../constructs/gke/identity/service-identity";
import { WorkloadIdentity } from "../../../../constructs/gke/identity/workload-identity";
import { VaultSealAccount } from "../../../../constructs/gke/vault/vault-seal-account";
import { VaultSealIdentity } from "../../../../constructs/gke/vault/vault-seal-identity";
import { all, emptyStack, only } from "../synthesized";

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

describe("GivenIdentity", () => {
  it("makes no account and refuses basic roles, as one that is made does", () => {
    const stack = emptyStack();
    const settings = { project: "example-dev", accountId: "gke-dev-any" };
    const identity = new GivenIdentity(stack, "Identity", {
      ...settings,
      projectRoles: [{ id: "Role", role: "roles/a.b" }],
    });
    expect(all(stack, "google_service_account")).toEqual([]);
    expect(identity.accountName).toBe(
      "projects/example-dev/serviceAccounts/gke-dev-any@example-dev.iam.gserviceaccount.com",
    );
    expect(only(stack, "google_project_iam_member")).toMatchObject({
      role: "roles/a.b",
      member: "serviceAccount:gke-dev-any@example-dev.iam.gserviceaccount.com",
    });
    const basic = () =>
      new GivenIdentity(stack, "Basic", { ...settings, projectRoles: [{ id: "Role", role: "roles/editor" }] });
    expect(basic).toThrow('"roles/editor" is a basic role: name the predefined roles that are needed');
  });
});

describe("VaultSealIdentity", () => {
  it("binds the servers to an account that is made before, and gives it no right", () => {
    const stack = emptyStack();
    const identity = new VaultSealIdentity(stack, "Seal", {
      project: "example-dev",
      accountId: "gke-dev-vault",
      kubernetes: [kubernetes],
      cluster: anything(stack),
    });
    expect(all(stack, "google_service_account")).toEqual([]);
    expect(all(stack, "google_kms_crypto_key_iam_member")).toEqual([]);
    expect(only(stack, "google_service_account_iam_member")).toMatchObject({
      service_account_id: identity.accountName,
      role: "roles/iam.workloadIdentityUser",
      member: "serviceAccount:example-dev.svc.id.goog[vault/vault]",
      depends_on: ["google_pubsub_topic.Anything"],
    });
  });
});

describe("VaultSealAccount", () => {
  it("may use and see its key, and has no role on the project", () => {
    const stack = emptyStack();
    new VaultSealAccount(stack, "Seal", { project: "example-dev", accountId: "gke-dev-vault", key });
    const grants = all(stack, "google_kms_crypto_key_iam_member");
    expect(grants.map(({ role }) => role).sort()).toEqual([
      "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      "roles/cloudkms.viewer",
    ]);
    expect(new Set(grants.map(({ crypto_key_id: id }) => id))).toEqual(new Set([key]));
    expect(all(stack, "google_project_iam_member")).toEqual([]);
  });
});
