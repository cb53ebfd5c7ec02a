import { listOf, objectOf } from "../../policies/blocks";
import type { Copy, Mutation } from "./copy";

const bootstrap = "gke-prod-bootstrap";

/** Ways to break the rules on identities. */
export const identityMutations: readonly Mutation[] = [
  {
    rule: "IAM-01",
    what: "a key of an account",
    apply: (copy) => copy.add(bootstrap, "google_service_account_key", { service_account_id: "a" }),
  },
  {
    rule: "IAM-02",
    what: "an apply identity that may give every role",
    apply: (copy) => {
      delete copy.resource(bootstrap, "google_project_iam_member.Apply_ProjectRoles").condition;
    },
  },
  {
    rule: "IAM-02",
    what: "an editor",
    apply: (copy) => {
      copy.resource("gke-dev-bootstrap", "google_project_iam_member.Plan_Networks").role = "roles/editor";
    },
  },
  {
    rule: "IAM-02",
    what: "an apply identity that acts as every account",
    apply: (copy) => {
      copy.resource(bootstrap, "google_project_iam_member.Apply_Networks").role = "roles/iam.serviceAccountUser";
    },
  },
  {
    rule: "IAM-03",
    what: "a pool that is open to every repository",
    apply: (copy) =>
      copy.replace(
        copy.resource(bootstrap, "google_iam_workload_identity_pool_provider"),
        "attribute_condition",
        /assertion\.repository == '[^']+' && /,
        "",
      ),
  },
  {
    rule: "IAM-04",
    what: "every job of GitHub as the apply identity",
    apply: (copy) =>
      copy.replace(
        copy.resource(bootstrap, "google_service_account_iam_member.Apply_Jobs"),
        "member",
        "attribute.environment/gke-prod",
        "*",
      ),
  },
  {
    rule: "IAM-05",
    what: "everybody in the state",
    apply: (copy) => {
      copy.resource("gke-dev-bootstrap", "google_storage_bucket_iam_member").member = "allUsers";
    },
  },
  {
    rule: "IAM-06",
    what: "a key that dev does not have",
    apply: (copy) =>
      copy.add("gke-dev-network", "google_storage_bucket", {
        encryption: {
          default_kms_key_name:
            "projects/example-dev-platform-dev/locations/europe-west1/keyRings/gke-dev-platform/cryptoKeys/etcd",
        },
      }),
  },
  {
    rule: "IAM-07",
    what: "a network made by whoever runs Terraform",
    apply: (copy) => {
      delete copy.provider("gke-prod-network", "google").impersonate_service_account;
    },
  },
  {
    rule: "IAM-07",
    what: "a cluster reached by whoever runs Terraform",
    apply: (copy) => {
      objectOf(copy.part(copy.provider("gke-staging-base", "helm"), "kubernetes").exec).args = [];
    },
  },
  {
    rule: "IAM-08",
    what: "a role in a layer that CI applies",
    apply: (copy) => copy.add("gke-dev-cluster", "google_project_iam_custom_role", { permissions: ["a.b.c"] }),
  },
  ...["iam.serviceAccounts.actAs", "cloudkms.cryptoKeys.setIamPolicy"].map((permission) => ({
    rule: "IAM-08",
    what: `a role of our own with ${permission}`,
    apply: (copy: Copy) => {
      const role = copy.resource(bootstrap, "google_project_iam_custom_role.Apply_ServiceAccountsRole");
      role.permissions = [...listOf(role.permissions), permission];
    },
  })),
  {
    rule: "IAM-09",
    what: "a role that cannot be given",
    apply: (copy) =>
      copy.add("gke-dev-cluster", "google_project_iam_member", {
        role: "roles/storage.admin",
        member: "serviceAccount:a@b",
      }),
  },
];
