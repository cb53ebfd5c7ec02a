import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

/** Seconds of 90 days. */
const longest = 90 * 24 * 60 * 60;

export const keyLife: Rule = {
  id: "VLT-06",
  reason: "without its key nobody opens Vault again, and an old key has sealed too much",
  remedy: "rotate the key every 90 days or sooner, keep it in hardware, and prevent its destruction",
  check: forEach(
    (stack) => resources(stack, ["google_kms_crypto_key"]),
    ({ block }) => {
      const period = Number(/^(\d+)s$/.exec(String(block.rotation_period))?.[1]);
      const template = objectOf(listOf(block.version_template)[0] ?? block.version_template);
      // A key that signs cannot be rotated by a clock (SUP-03): who verifies must know the new one first.
      const rotates = block.purpose !== "ASYMMETRIC_SIGN";
      const prevented = objectOf(block.lifecycle).prevent_destroy;
      return [
        ...(!rotates || (period > 0 && period <= longest)
          ? []
          : [`rotation_period is ${shown(block.rotation_period)}`]),
        ...(template.protection_level === "HSM" ? [] : [`protection_level is ${shown(template.protection_level)}`]),
        ...(prevented === true ? [] : [`lifecycle.prevent_destroy is ${shown(prevented)}`]),
      ];
    },
  ),
};
