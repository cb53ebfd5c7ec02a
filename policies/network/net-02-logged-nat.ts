import { listOf, objectOf, resources, shown } from "../blocks";
import { forEach, type Rule } from "../rule";
import { subnetworks } from "./networks";

export const loggedNat: Rule = {
  id: "NET-02",
  reason: "who sent data where must be known afterwards",
  remedy: "let the subnetwork out by Nat",
  check: forEach(subnetworks, ({ type, name }, stack) => {
    const own = resources(stack, ["google_compute_router_nat"]).filter(({ block }) =>
      listOf(block.subnetwork).some((entry) => String(objectOf(entry).name).includes(`${type}.${name}.`)),
    );
    if (own.length !== 1) return [`${own.length} NATs let it out, and it needs one`];
    return own.flatMap(({ address, block }) => {
      const { enable, filter } = objectOf(block.log_config);
      return [
        ...(enable === true ? [] : [`log_config.enable of ${address} is ${shown(enable)}`]),
        ...(filter === "ALL" ? [] : [`log_config.filter of ${address} is ${shown(filter)}`]),
      ];
    });
  }),
};
