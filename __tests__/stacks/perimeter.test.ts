import { Testing } from "cdktf";
import { PerimeterStack } from "../../stacks/perimeter";
import type { GkeEnvironment } from "../../stacks/platform-stack";
import { all, documentOf, only } from "../constructs/gke/synthesized";
import { gkeEnvironments, ofTier } from "./gke-environments";

const made = (environment: GkeEnvironment) => new PerimeterStack(Testing.app(), environment);

const withPerimeter = (changes: Partial<GkeEnvironment["google"]["perimeter"]>): GkeEnvironment => {
  const environment = ofTier("prod");
  return {
    ...environment,
    google: { ...environment.google, perimeter: { ...environment.google.perimeter, ...changes } },
  };
};

const perimeter = "google_access_context_manager_service_perimeter";

describe("PerimeterStack", () => {
  it("acts as whoever runs it, or as the identity that is named: never as the environment's own", () => {
    const deployer = (environment: GkeEnvironment) => {
      const { variable } = JSON.parse(Testing.synth(made(environment))) as {
        variable: { deployer: { default: string } };
      };
      return variable.deployer.default;
    };
    expect(deployer(ofTier("prod"))).toBe("");
    const identity = "organization@example-dev-seed.iam.gserviceaccount.com";
    expect(deployer(withPerimeter({ identity }))).toBe(identity);
  });

  it("counts calls of the organization's APIs for the project", () => {
    expect(documentOf(made(ofTier("prod"))).provider?.google?.[0]).toMatchObject({
      user_project_override: true,
      billing_project: ofTier("prod").target.project,
    });
  });

  it("draws the line dry first, in every environment", () => {
    expect(gkeEnvironments).toHaveLength(3);
    for (const environment of gkeEnvironments) {
      expect(only(made(environment), perimeter)).toMatchObject({ use_explicit_dry_run_spec: true });
    }
  });

  it("lets the environment's three identities in, from wherever a pipeline runs", () => {
    const { project } = ofTier("dev").target;
    expect(only(made(ofTier("dev")), perimeter)).toMatchObject({
      spec: {
        ingress_policies: [
          {
            ingress_from: {
              identities: ["apply", "plan", "images"].map(
                (use) => `serviceAccount:gke-dev-${use}@${project}.iam.gserviceaccount.com`,
              ),
            },
          },
        ],
      },
    });
  });

  it("has policies and findings but no line where the organization has no access policy", () => {
    const stack = made(withPerimeter({ accessPolicy: undefined }));
    expect(all(stack, perimeter)).toEqual([]);
    expect(documentOf(stack).data).toBeUndefined();
    expect(all(stack, "google_org_policy_policy").length).toBeGreaterThan(10);
    expect(all(stack, "google_scc_v2_project_notification_config")).toHaveLength(1);
  });

  it("leaves findings out where they are read elsewhere", () => {
    expect(all(made(withPerimeter({ findings: false })), "google_pubsub_topic")).toEqual([]);
  });
});
