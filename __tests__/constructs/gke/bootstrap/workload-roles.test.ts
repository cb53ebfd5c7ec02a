import {
  WorkloadRoles,
  workloadRoleName,
  workloadRoleNames,
  workloadRoles,
} from "../../../../constructs/gke/bootstrap/workload-roles";
import { all, emptyStack } from "../synthesized";

const place = { environment: "gke-dev", project: "example-dev" };

describe("WorkloadRoles", () => {
  it("makes every role under the name that other layers give away", () => {
    const stack = emptyStack();
    new WorkloadRoles(stack, "WorkloadRoles", place);
    const made = all(stack, "google_project_iam_custom_role").map(
      ({ role_id: id }) => `projects/example-dev/roles/${id}`,
    );
    expect(made.sort()).toEqual([...workloadRoleNames(place)].sort());
    expect(workloadRoleName(place, "training")).toBe("projects/example-dev/roles/gke_dev_training");
  });

  it("lets nobody delete, change who may do what, or act as others", () => {
    const permissions = Object.values(workloadRoles).flatMap((role) => role.permissions);
    expect(permissions.length).toBeGreaterThan(10);
    expect(
      permissions.filter((one) =>
        /\.(delete|setIamPolicy|actAs)$|^(artifactregistry|cloudbuild|container|iam|pubsub|secretmanager|storage)\./.test(
          one,
        ),
      ),
    ).toEqual([]);
  });

  it("lets what trains serve nothing, and what serves train nothing", () => {
    expect(workloadRoles.training.permissions.filter((one) => one.startsWith("aiplatform.endpoints"))).toEqual([]);
    expect([...workloadRoles.serving.permissions].filter((one) => one.startsWith("aiplatform."))).toEqual([]);
  });
});
