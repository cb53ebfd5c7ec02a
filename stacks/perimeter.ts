import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import type { Construct } from "constructs";
import {
  bootstrapAddresses,
  googleProvider,
  OrganizationPolicies,
  SecurityFindings,
  ServicePerimeter,
} from "../constructs/gke";
import { PlatformError } from "../constructs/terraform";
import { type GkeEnvironment, PlatformStack } from "./platform-stack";

/**
 * Layer `perimeter`: policies of the organization, and the service perimeter around the project. The environment's own
 * identity has no rights outside its project, so this layer acts as `google.perimeter.identity`, or as whoever runs it.
 */
export class PerimeterStack extends PlatformStack {
  constructor(scope: Construct, environment: GkeEnvironment) {
    super(scope, "perimeter", environment);
    const { name: prefix, google } = environment;
    const { project, region } = environment.target;
    const place = { environment: prefix, project, region };
    const { applyIdentity, planIdentity, imagesIdentity, keys } = bootstrapAddresses(this, place);
    const { identity, accessPolicy, enforce, people, regions, ranges, findings, policies, directories } =
      google.perimeter;
    if (google.organization === undefined) {
      throw new PlatformError(this, "the project is in no organization", "give google.organization");
    }
    const provider = googleProvider(this, { ...place, impersonate: identity });
    // The APIs of the organization have no project of their own to count calls for.
    provider.userProjectOverride = true;
    provider.billingProject = project;

    const constraints = new OrganizationPolicies(this, "Policies", {
      project,
      region,
      organization: google.organization.id,
      directories,
      ownKeys: google.cluster.ownKeys,
      modes: policies,
    });
    if (findings) {
      const kmsKey = google.cluster.ownKeys ? keys.logs : undefined;
      new SecurityFindings(this, "Findings", { project, region, prefix, kmsKey });
    }
    if (accessPolicy !== undefined) {
      // It waits for what is not there yet, so an offline plan of an empty state leaves it for the apply (TF-11).
      const { number: projectNumber } = new DataGoogleProject(this, "Project", {
        projectId: project,
        dependsOn: constraints.resources.slice(0, 1),
      });
      new ServicePerimeter(this, "Perimeter", {
        accessPolicy,
        prefix,
        projectNumber,
        enforce,
        pipelines: [applyIdentity, planIdentity, imagesIdentity].map((email) => `serviceAccount:${email}`),
        people,
        regions,
        ranges,
      });
    }
  }
}
