import { forEach, type Rule } from "../rule";
import { grants, onIdentities } from "./grants";

/** Who may act as an identity, by the role that lets them. */
const actors: Readonly<Record<string, RegExp>> = {
  // People and their groups, on the identities that plan and apply.
  "roles/iam.serviceAccountTokenCreator": /^(group|user|serviceAccount):[^@\s]+@[^@\s]+$/,
  // One Kubernetes account, or the jobs of one environment of GitHub.
  "roles/iam.workloadIdentityUser":
    /^(serviceAccount:[a-z0-9.:-]+\.svc\.id\.goog\[[a-z0-9-]+\/[a-z0-9-]+\]|principalSet:\/\/iam\.googleapis\.com\/\$\{google_iam_workload_identity_pool\.\w+\.name\}\/attribute\.environment\/[a-z0-9-]+)$/,
  // Something that runs as it, which an identity of this project starts.
  "roles/iam.serviceAccountUser": /^(serviceAccount:|\$\{google_service_account\.)\S+$/,
};

export const namedActors: Rule = {
  id: "IAM-04",
  reason: "who may act as an identity has all of its rights",
  remedy: "name an operator, one Kubernetes account or the jobs of one environment",
  check: forEach(
    (stack) => grants(stack, onIdentities),
    ({ role, members, name }, { layer }) => {
      const known = actors[role];
      if (!known) return [`${role || "a whole policy"} is no way to act as an identity that is known here`];
      const strangers = members.filter((member) => !known.test(member)).map((member) => `${member} has ${role}`);
      const operators = role === "roles/iam.serviceAccountTokenCreator" && !/^(Apply|Plan)_Operator-/.test(name);
      return [
        ...strangers,
        ...(operators || (role === "roles/iam.serviceAccountTokenCreator" && layer !== "bootstrap")
          ? [`${role} is given elsewhere than to operators, on the identities that plan and apply`]
          : []),
      ];
    },
  ),
};
