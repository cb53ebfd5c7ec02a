import { objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";

export const lastingKeys: Rule = {
  id: "TF-17",
  reason: "a key ring cannot be deleted at Google's side, so a layer that is made again would find it there and fail",
  remedy: "make rings and keys by KmsKeys in the layer bootstrap",
  check: forEach(
    (stack) => resources(stack, ["google_kms_key_ring", "google_kms_crypto_key"]),
    ({ block }, { layer }) => {
      const prevented = objectOf(block.lifecycle).prevent_destroy;
      return [
        ...(layer === "bootstrap" ? [] : [`is in the layer ${layer}, which is torn down`]),
        ...(prevented === true ? [] : [`lifecycle.prevent_destroy is ${shown(prevented)}`]),
      ];
    },
  ),
};
