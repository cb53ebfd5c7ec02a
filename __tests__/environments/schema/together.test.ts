import { gkeDev } from "../../../environments/gke-dev";
import { gkeProd } from "../../../environments/gke-prod";
import { kind } from "../../../environments/kind";
import { environmentsTogether } from "../../../environments/schema";

test("environments with names and projects of their own are as they were", () => {
  expect(environmentsTogether([kind, gkeDev, gkeProd])).toEqual([kind, gkeDev, gkeProd]);
});

test("two clusters in one project are refused, since the workloads of one could act as those of the other", () => {
  const target = { ...gkeProd.target, project: "example-dev-platform-dev" } as typeof gkeProd.target;
  expect(() => environmentsTogether([gkeDev, { ...gkeProd, target }, { ...kind, name: "gke-dev" }])).toThrow(
    [
      "environment list (environments/index.ts) has 2 problems",
      '  gke-prod.target.project: "example-dev-platform-dev"; allowed: a project that no other environment has, and gke-dev has this one; give each its own: a workload of one could act as the same one of the other',
      '  gke-dev.name: "gke-dev"; allowed: a name that no other environment has; rename one of them: stacks and states carry it',
    ].join("\n"),
  );
});
