import { deliveredObjects } from "../releases";
import { type CheckedStack, forEach, type Rule } from "../rule";

const group = "external-secrets.io/";

export const stableVersion: Rule = {
  id: "ESO-01",
  reason: "the operator no longer serves the versions before v1",
  remedy: "make the object by SecretStore",
  check: forEach(externalSecretsObjects, ({ apiVersion }) =>
    apiVersion === `${group}v1` ? [] : [`apiVersion is ${apiVersion}`],
  ),
};

/** Objects of External Secrets that a stack delivers. */
export function externalSecretsObjects(stack: CheckedStack) {
  return deliveredObjects(stack).filter(({ apiVersion }) => apiVersion.startsWith(group));
}
