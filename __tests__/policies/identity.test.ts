import { noKeys } from "../../policies/identity/iam-01-no-keys";
import { narrowRoles } from "../../policies/identity/iam-02-narrow-roles";
import { ownFederation } from "../../policies/identity/iam-03-own-federation";
import { namedActors } from "../../policies/identity/iam-04-named-actors";
import { addedGrants } from "../../policies/identity/iam-05-added-grants";
import { madeKeys } from "../../policies/identity/iam-06-made-keys";
import { oneDeployer } from "../../policies/identity/iam-07-one-deployer";
import { rolesOfThePlatform } from "../../policies/identity/iam-08-roles-of-the-platform";
import { grantableOnly } from "../../policies/identity/iam-09-grantable-roles";
import type { CheckedStack } from "../../policies/rule";
import type { Block } from "../../stacks/stack-json";
import { cloud, describeRule, expression, resource, stackOf } from "./hand-made";

describeRule(noKeys, {
  violates: [
    ["a key of an account", resource("google_service_account_key", {}), "google_service_account_key makes a key"],
    ["a key of a bucket", resource("google_storage_hmac_key", {}), "google_storage_hmac_key makes a key"],
    [
      "a key for a moment",
      stackOf({ ephemeral: { google_service_account_key: { One: {} } } }),
      "google_service_account_key makes a key",
    ],
    [
      "a key that is read",
      stackOf({ data: { google_service_account_key: { One: {} } } }),
      "google_service_account_key makes a key",
    ],
  ],
  complies: [["an account", resource("google_service_account", {})]],
  doesNotApply: [["another cloud", resource("aws_iam_access_key", {})]],
});

const project = (block: Block) => resource("google_project_iam_member", { member: "serviceAccount:a@b", ...block });
const list = (...roles: readonly string[]) =>
  `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${roles.map((role) => `'${role}'`).join(", ")}])`;
const mayGive = (...roles: readonly string[]) =>
  project({ role: "roles/resourcemanager.projectIamAdmin", condition: { expression: list(...roles) } });

describeRule(narrowRoles, {
  violates: [
    ["an owner", project({ role: "roles/owner" }), "roles/owner is a basic role"],
    ["a viewer", project({ role: "roles/viewer" }), "roles/viewer is a basic role"],
    [
      "an owner of a folder",
      resource("google_folder_iam_binding", { role: "roles/owner", members: ["user:a@b"] }),
      "roles/owner is a basic role",
    ],
    [
      "who may give every role",
      project({ role: "roles/resourcemanager.projectIamAdmin" }),
      "roles/resourcemanager.projectIamAdmin lets its holder become anybody, and no condition names the roles that it may give",
    ],
    [
      "a condition that ends some day",
      project({
        role: "roles/resourcemanager.projectIamAdmin",
        condition: { expression: "request.time < timestamp('2030-01-01T00:00:00Z')" },
      }),
      "roles/resourcemanager.projectIamAdmin lets its holder become anybody, and no condition names the roles that it may give",
    ],
    [
      "who may start machines as everybody",
      project({ role: "roles/iam.serviceAccountUser" }),
      "roles/iam.serviceAccountUser lets its holder become anybody, and no condition names the roles that it may give",
    ],
    [
      "who may act as everybody",
      project({ role: "roles/iam.serviceAccountTokenCreator" }),
      "roles/iam.serviceAccountTokenCreator lets its holder become anybody, and no condition names the roles that it may give",
    ],
  ],
  complies: [
    ["a narrow role", project({ role: "roles/pubsub.viewer" })],
    ["a list of roles to give", mayGive("roles/composer.worker", "roles/container.defaultNodeServiceAccount")],
  ],
  doesNotApply: [["a right on a bucket", resource("google_storage_bucket_iam_member", { role: "roles/owner" })]],
});

const condition =
  "assertion.repository == 'example-dev/data' && assertion.repository_owner_id == '1' && (assertion.environment in ['a-plan'] || (assertion.environment in ['a'] && assertion.ref == 'refs/heads/main'))";
const federation = (changes: Block = {}) =>
  resource("google_iam_workload_identity_pool_provider", {
    oidc: { issuer_uri: "https://token.actions.githubusercontent.com" },
    attribute_mapping: { "attribute.environment": "assertion.environment" },
    attribute_condition: condition,
    ...changes,
  });

describeRule(ownFederation, {
  violates: [
    [
      "everybody's jobs",
      federation({ attribute_condition: undefined }),
      "attribute_condition does not ask for one repository",
    ],
    [
      "a later owner of the name",
      federation({ attribute_condition: condition.replace("assertion.repository_owner_id == '1' && ", "") }),
      "attribute_condition does not ask for one repository_owner_id",
    ],
    [
      "one of two conditions",
      federation({
        attribute_condition: condition.replace(
          " && assertion.repository_owner_id",
          " || assertion.repository_owner_id",
        ),
      }),
      "attribute_condition does not ask for one repository",
    ],
    [
      "any environment",
      federation({ attribute_condition: condition.split(" && (")[0] }),
      "attribute_condition names no environments",
    ],
    [
      "another issuer",
      federation({ oidc: { issuer_uri: "https://tokens.example.com" } }),
      'issuer_uri is "https://tokens.example.com"',
    ],
    [
      "a subject that changes its form",
      federation({ attribute_mapping: { "google.subject": "assertion.sub" } }),
      "looks at sub, whose form GitHub changes",
    ],
  ],
  complies: [["one repository", federation()]],
  doesNotApply: [["a pool", resource("google_iam_workload_identity_pool", {})]],
});

const acts = (role: string, member: string, name = "Apply_Operator-a", layer: CheckedStack["layer"] = "bootstrap") =>
  stackOf(
    { resource: { google_service_account_iam_member: { [name]: { role, member } } } },
    { layer, environment: cloud },
  );
const creator = "roles/iam.serviceAccountTokenCreator";
const federated = "roles/iam.workloadIdentityUser";
const pool = `principalSet://iam.googleapis.com/${expression("google_iam_workload_identity_pool.Github.name")}`;

describeRule(namedActors, {
  violates: [
    ["everybody who logs in", acts(creator, "allAuthenticatedUsers"), `allAuthenticatedUsers has ${creator}`],
    ["a whole domain", acts(creator, "domain:example.com"), `domain:example.com has ${creator}`],
    ["every job of a pool", acts(federated, `${pool}/*`), `${pool}/* has ${federated}`],
    [
      "every job of a repository",
      acts(federated, `${pool}/attribute.repository/a`),
      `${pool}/attribute.repository/a has ${federated}`,
    ],
    [
      "every account of a cluster",
      acts(federated, "serviceAccount:p.svc.id.goog[a/*]"),
      `serviceAccount:p.svc.id.goog[a/*] has ${federated}`,
    ],
    [
      "somebody on the identity of a workload",
      acts(creator, "user:a@example.com", "Seal_Operator-a", "cluster"),
      `${creator} is given elsewhere than to operators, on the identities that plan and apply`,
    ],
    [
      "an owner of an identity",
      acts("roles/owner", "user:a@example.com"),
      "roles/owner is no way to act as an identity that is known here",
    ],
  ],
  complies: [
    ["operators", acts(creator, "group:platform@example.com")],
    ["jobs of one environment", acts(federated, `${pool}/attribute.environment/gke-dev`, "Apply_Jobs")],
    ["one account of a cluster", acts(federated, "serviceAccount:p.svc.id.goog[vault/vault]", "Seal_User", "cluster")],
  ],
  doesNotApply: [["a right on a project", project({ role: creator })]],
});

describeRule(addedGrants, {
  violates: [
    [
      "a binding",
      resource("google_project_iam_binding", { role: "roles/a", members: ["user:a@b"] }),
      "google_project_iam_binding replaces what others have granted",
    ],
    [
      "a policy",
      resource("google_storage_bucket_iam_policy", {}),
      "google_storage_bucket_iam_policy replaces what others have granted",
    ],
    [
      "a public bucket",
      resource("google_storage_bucket_iam_member", { role: "roles/a", member: "allUsers" }),
      "allUsers is everybody, or a basic role by another name",
    ],
  ],
  complies: [["one member", resource("google_storage_bucket_iam_member", { role: "roles/a", member: "group:a@b" })]],
  doesNotApply: [["a bucket", resource("google_storage_bucket", {})]],
});

const uses = (key: string) =>
  resource(
    "google_storage_bucket",
    {
      encryption: {
        default_kms_key_name: `projects/${cloud.project}/locations/r/keyRings/${cloud.name}-platform/cryptoKeys/${key}`,
      },
    },
    { layer: "data", environment: cloud },
  );
const makes = (name: string, environment = cloud) =>
  resource("google_kms_crypto_key", { name }, { layer: "bootstrap", environment });

describeRule(madeKeys, {
  violates: [
    ["a key of another tier", [uses("storage"), makes("state")], "the key storage is not made, only state"],
    [
      "a key of another environment",
      [uses("storage"), makes("storage", { ...cloud, name: "other" })],
      "the key storage is not made, only none",
    ],
  ],
  complies: [["a key that is made", [uses("storage"), makes("storage")]]],
  doesNotApply: [["no key", resource("google_storage_bucket", {}, { environment: cloud })]],
});

const identity = (name: string) => `cloud-${name}@${cloud.project}.iam.gserviceaccount.com`;
const deployer = (value: string, allowed = [value, identity("plan")]) => ({
  deployer: {
    default: value,
    validation: [{ condition: expression(`contains(${JSON.stringify(allowed)}, var.deployer)`) }],
  },
});
const asDeployer = { impersonate_service_account: expression("var.deployer") };
const plugin = (...args: readonly string[]) => ({ host: "a", exec: { args } });
const access = (
  provider: Record<string, Block[]>,
  variable = deployer(identity("apply")),
  layer: CheckedStack["layer"] = "network",
) => stackOf({ provider, variable }, { layer, environment: cloud });

describeRule(oneDeployer, {
  violates: [
    ["whoever runs it", access({ google: [{}] }), "provider.google[0] acts as absent"],
    [
      "one identity for ever",
      access({ google: [{ impersonate_service_account: identity("apply") }] }),
      `provider.google[0] acts as "${identity("apply")}"`,
    ],
    ["a cluster as whoever runs it", access({ kubernetes: [plugin()] }), 'provider.kubernetes[0] acts as "nobody"'],
    [
      "any identity that is given",
      access({ google: [asDeployer] }, { deployer: { default: identity("apply"), validation: [] } }),
      "deployer takes other identities: undefined",
    ],
    [
      "the identity that plans, unless told otherwise",
      access({ google: [asDeployer] }, deployer(identity("plan"))),
      `deployer is "${identity("plan")}" unless it is given`,
    ],
  ],
  complies: [
    ["the deployer", access({ google: [asDeployer] })],
    [
      "the deployer in a cluster",
      access({ helm: [{ kubernetes: plugin(`--impersonate_service_account=${expression("var.deployer")}`) }] }),
    ],
    [
      "a person, or the identity that plans",
      access(
        { google: [{ impersonate_service_account: expression('var.deployer == "" ? null : var.deployer') }] },
        deployer(""),
        "bootstrap",
      ),
    ],
  ],
  doesNotApply: [["a laptop", stackOf({ provider: { kubernetes: [{}] } })]],
});

const ownRole = (permissions: readonly string[], layer: CheckedStack["layer"] = "bootstrap") =>
  resource("google_project_iam_custom_role", { permissions }, { layer, environment: cloud });

describeRule(rolesOfThePlatform, {
  violates: [
    ["a role that a stack can change", ownRole(["storage.objects.get"], "data"), "is made in the layer data"],
    ["a role that changes roles", ownRole(["iam.roles.update"]), "iam.roles.update lets its holder become anybody"],
    [
      "a role that acts as all",
      ownRole(["iam.serviceAccounts.getAccessToken"]),
      "iam.serviceAccounts.getAccessToken lets its holder become anybody",
    ],
    [
      "a role that starts machines as all",
      ownRole(["iam.serviceAccounts.actAs"]),
      "iam.serviceAccounts.actAs lets its holder become anybody",
    ],
    [
      "a role that decides who uses keys",
      ownRole(["cloudkms.cryptoKeys.setIamPolicy"]),
      "cloudkms.cryptoKeys.setIamPolicy lets its holder become anybody",
    ],
    ["no permissions", ownRole([]), "has no list of permissions"],
  ],
  complies: [["a narrow role", ownRole(["storage.objects.get"])]],
  doesNotApply: [["a grant", project({ role: "roles/a" })]],
});

const given = (role: string, changes: Block = {}) =>
  resource(
    "google_project_iam_member",
    { role, project: cloud.project, member: "serviceAccount:a@b", ...changes },
    { layer: "data", environment: cloud },
  );
const giver = { ...mayGive("roles/composer.worker"), layer: "bootstrap", environment: cloud } as const;

describeRule(grantableOnly, {
  violates: [
    [
      "a role that cannot be given",
      [given("roles/storage.admin"), giver],
      "roles/storage.admin is not in the list: roles/composer.worker",
    ],
    ["nobody who may give", given("roles/composer.worker"), "roles/composer.worker is not in the list: there is none"],
    [
      "another project",
      [given("roles/composer.worker", { project: "example-dev-other" }), giver],
      "is on the project example-dev-other",
    ],
  ],
  complies: [["a role of the list", [given("roles/composer.worker"), giver]]],
  doesNotApply: [["what a person gives", giver]],
});
