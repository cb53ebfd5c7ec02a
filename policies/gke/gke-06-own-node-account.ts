import { resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { nodeTemplates } from "./clusters";

/** Accounts that every project has, with rights over all of it. */
const shared = /^default$|-compute@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$/;
const basicRoles = ["roles/owner", "roles/editor"];

export const ownNodeAccount: Rule = {
  id: "GKE-06",
  reason: "the default account may edit the project, and who breaks out of a pod acts as its node",
  remedy: "make an account for nodes with roles/container.defaultNodeServiceAccount, and give nobody a basic role",
  check: forEach(
    (stack) => [...nodeTemplates(stack), ...resources(stack, /^google_project_iam_(member|binding)$/)],
    ({ type, block }) => {
      if (/_iam_/.test(type)) {
        return basicRoles.includes(String(block.role))
          ? [`gives ${shown(block.role)} to ${shown(block.member ?? block.members)}`]
          : [];
      }
      const account = block.service_account;
      return typeof account === "string" && !shared.test(account) ? [] : [`service_account is ${shown(account)}`];
    },
  ),
};
