import { resources } from "../blocks";
import { forEach, type Rule } from "../rule";

export const rolesOfThePlatform: Rule = {
  id: "IAM-08",
  reason: "who may change a role, act as every identity or decide who uses keys has whatever right it likes",
  remedy: "make roles, identities of machines and grants on keys in the bootstrap layer, which a person applies",
  check: forEach(
    (stack) => resources(stack, /^google_(project|organization)_iam_custom_role$/),
    ({ block }, { layer }) => {
      const permissions = Array.isArray(block.permissions) ? block.permissions.map(String) : [];
      return [
        ...(layer === "bootstrap" ? [] : [`is made in the layer ${layer}`]),
        ...permissions
          .filter((one) =>
            /^iam\.(roles\.(create|update)|serviceAccountKeys\.create|serviceAccounts\.(actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt))$|^cloudkms\.(cryptoKeys|keyRings)\.setIamPolicy$/.test(
              one,
            ),
          )
          .map((one) => `${one} lets its holder become anybody`),
        ...(permissions.length === 0 || permissions.some((one) => one.includes("*"))
          ? ["has no list of permissions"]
          : []),
      ];
    },
  ),
};
