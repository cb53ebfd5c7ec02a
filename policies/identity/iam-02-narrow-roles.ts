import { forEach, type Rule } from "../rule";
import { grants, onProjects } from "./grants";

/** Roles that reach everything. */
const basic = ["roles/owner", "roles/editor", "roles/viewer", "roles/admin", "roles/writer", "roles/reader"];

/** Roles by which somebody becomes whatever they like. */
const giving = [
  "roles/iam.organizationRoleAdmin",
  "roles/iam.roleAdmin",
  "roles/iam.securityAdmin",
  "roles/iam.serviceAccountAdmin",
  "roles/iam.serviceAccountKeyAdmin",
  "roles/iam.serviceAccountTokenCreator",
  "roles/iam.serviceAccountUser",
  "roles/iam.workloadIdentityUser",
  "roles/resourcemanager.folderAdmin",
  "roles/resourcemanager.organizationAdmin",
  "roles/resourcemanager.projectIamAdmin",
];

const limited = /^api\.getAttribute\('iam\.googleapis\.com\/modifiedGrantsByRole', \[\]\)\.hasOnly\(\['[^\]]+'\]\)$/;

export const narrowRoles: Rule = {
  id: "IAM-02",
  reason: "who may do everything, or may give every right, is an owner whatever the role is called",
  remedy: "name the roles that are needed, or give away those of a list only (mayGrantOnly)",
  check: forEach(
    (stack) => grants(stack, onProjects),
    ({ role, condition }) => [
      ...(basic.includes(role) ? [`${role} is a basic role`] : []),
      ...(giving.includes(role) && !limited.test(condition)
        ? [`${role} lets its holder become anybody, and no condition names the roles that it may give`]
        : []),
    ],
  ),
};
