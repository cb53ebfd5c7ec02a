import { dataSources, ephemerals, resources } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Credentials that stay valid until somebody remembers them. */
const keys = /^google_(service_account_key|storage_hmac_key|apikeys_key)$/;

export const noKeys: Rule = {
  id: "IAM-01",
  reason: "a key works for whoever has it, from anywhere and for years",
  remedy: "let pods act by WorkloadIdentity, CI by GithubFederation and people by impersonation",
  check: forEach(
    (stack) => [...resources(stack, /^google_/), ...dataSources(stack, /^google_/), ...ephemerals(stack)],
    ({ type }) => (keys.test(type) ? [`${type} makes a key`] : []),
  ),
};
