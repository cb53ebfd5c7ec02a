import {
  OrganizationPolicies,
  type OrganizationPoliciesProps,
  SecurityFindings,
  ServicePerimeter,
  type ServicePerimeterProps,
} from "../../../../constructs/gke";
import { all, emptyStack, only, where } from "../synthesized";

const props: ServicePerimeterProps = {
  accessPolicy: "987654321",
  prefix: "gke-dev",
  projectNumber: "123",
  enforce: false,
  pipelines: ["serviceAccount:gke-dev-apply@example-dev.iam.gserviceaccount.com"],
  people: [],
};

const perimeter = (changes: Partial<ServicePerimeterProps> = {}) => {
  const stack = emptyStack();
  new ServicePerimeter(stack, "Perimeter", { ...props, ...changes });
  return stack;
};

const type = "google_access_context_manager_service_perimeter";

describe("ServicePerimeter", () => {
  it("is a dry run unless it is asked to refuse", () => {
    const dry = only(perimeter(), type);
    expect(dry).toMatchObject({
      name: "accessPolicies/987654321/servicePerimeters/gke_dev_perimeter",
      use_explicit_dry_run_spec: true,
      spec: { resources: ["projects/123"] },
    });
    expect(dry).not.toHaveProperty("status");
    const enforced = only(perimeter({ enforce: true }), type);
    expect(enforced).toMatchObject({ use_explicit_dry_run_spec: false, status: { resources: ["projects/123"] } });
    expect(enforced).not.toHaveProperty("spec");
  });

  it("lets nothing out, and in only whom it names", () => {
    const { spec } = only(perimeter(), type);
    expect(spec).not.toHaveProperty("egress_policies");
    expect(spec).toMatchObject({
      ingress_policies: [{ ingress_from: { identities: props.pipelines, sources: [{ access_level: "*" }] } }],
    });
  });

  it("restricts what holds data, disks, and what decides which images run", () => {
    expect(only(perimeter(), type).spec).toMatchObject({
      restricted_services: expect.arrayContaining([
        "binaryauthorization.googleapis.com",
        "compute.googleapis.com",
        "containeranalysis.googleapis.com",
        "datacatalog.googleapis.com",
        "storage.googleapis.com",
      ]),
    });
  });

  it("lets people in from their countries and ranges only", () => {
    const stack = perimeter({ people: ["user:ana@example.com"], regions: ["DE"], ranges: ["203.0.113.0/24"] });
    expect(only(stack, "google_access_context_manager_access_level")).toMatchObject({
      name: "accessPolicies/987654321/accessLevels/gke_dev_people",
      basic: { conditions: [{ regions: ["DE"], ip_subnetworks: ["203.0.113.0/24"] }] },
    });
    expect(only(stack, type)).toMatchObject({
      spec: {
        ingress_policies: [
          {},
          {
            ingress_from: {
              identities: ["user:ana@example.com"],
              sources: [{ access_level: expect.stringMatching(/access_level\.Perimeter_People\w*\.name/) }],
            },
          },
        ],
      },
    });
  });
});

const policies = (changes: Partial<OrganizationPoliciesProps> = {}) => {
  const stack = emptyStack();
  new OrganizationPolicies(stack, "Policies", {
    project: "example-dev",
    region: "europe-west1",
    organization: "123456789012",
    ownKeys: true,
    ...changes,
  });
  return stack;
};

const named = (constraint: string) => `projects/example-dev/policies/${constraint}`;

describe("OrganizationPolicies", () => {
  it("forbids keys of accounts, public addresses and other regions", () => {
    const stack = policies();
    const rules = (constraint: string) => where(stack, "google_org_policy_policy", "name", named(constraint)).spec;
    expect(rules("iam.managed.disableServiceAccountKeyCreation")).toEqual({ rules: [{ enforce: "TRUE" }] });
    expect(rules("compute.vmExternalIpAccess")).toEqual({ rules: [{ deny_all: "TRUE" }] });
    expect(rules("gcp.resourceLocations")).toEqual({
      rules: [{ values: { allowed_values: ["in:europe-west1-locations"] } }],
    });
    expect(rules("gcp.restrictNonCmekServices")).toMatchObject({
      rules: [{ values: { denied_values: expect.arrayContaining(["storage.googleapis.com"]) } }],
    });
  });

  it("asks for our keys only where there are some", () => {
    const names = (changes: Partial<OrganizationPoliciesProps>) =>
      all(policies(changes), "google_org_policy_policy").map(({ name }) => name);
    expect(names({ ownKeys: false })).not.toContain(named("gcp.restrictNonCmekServices"));
    expect(names({ ownKeys: true })).toContain(named("gcp.restrictNonCmekServices"));
  });

  it("gives roles to who belongs to the organization, and to directories that are named", () => {
    const allowed = (changes: Partial<OrganizationPoliciesProps>) =>
      where(policies(changes), "google_org_policy_policy", "name", named("iam.allowedPolicyMemberDomains")).spec;
    const own = "is:principalSet://iam.googleapis.com/organizations/123456789012";
    expect(allowed({})).toEqual({ rules: [{ values: { allowed_values: [own] } }] });
    expect(allowed({ directories: ["C01abcdef"] })).toEqual({
      rules: [{ values: { allowed_values: [own, "C01abcdef"] } }],
    });
  });

  it("writes down instead of refusing, or leaves out, as it is told", () => {
    const constraint = "gcp.restrictTLSVersion";
    const dry = where(
      policies({ modes: { [constraint]: "dry-run" } }),
      "google_org_policy_policy",
      "name",
      named(constraint),
    );
    expect(dry).toHaveProperty("dry_run_spec");
    expect(dry).not.toHaveProperty("spec");
    const off = all(policies({ modes: { [constraint]: "off" } }), "google_org_policy_policy");
    expect(off.map(({ name }) => name)).not.toContain(named(constraint));
  });

  it("refuses a dry run that Google does not offer, and a policy that it does not know", () => {
    expect(() => policies({ modes: { "compute.requireShieldedVm": "dry-run" } })).toThrow(
      "google.perimeter.policies has compute.requireShieldedVm in dry-run",
    );
    expect(() => policies({ modes: { "compute.requireShieldedVms": "off" } })).toThrow(
      "google.perimeter.policies names compute.requireShieldedVms, which is no policy of this project",
    );
  });
});

describe("SecurityFindings", () => {
  it("sends what is open and grave to a topic, as the account that the API names", () => {
    const stack = emptyStack();
    new SecurityFindings(stack, "Findings", {
      project: "example-dev",
      region: "europe-west1",
      prefix: "gke-dev",
      kmsKey: "key",
    });
    expect(only(stack, "google_pubsub_topic")).toMatchObject({ kms_key_name: "key" });
    expect(only(stack, "google_scc_v2_project_notification_config")).toMatchObject({
      config_id: "gke-dev-security-findings",
      streaming_config: { filter: expect.stringContaining('state="ACTIVE"') },
    });
    expect(only(stack, "google_pubsub_topic_iam_member").member).toMatch(
      /^serviceAccount:\$\{google_scc_v2_project_notification_config\.Findings\w*\.service_account\}$/,
    );
  });
});
