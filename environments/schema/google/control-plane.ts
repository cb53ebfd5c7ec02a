import { type Cidr, cidr, contains } from "../cidr";
import { list, strict, text } from "../field";

/** Networks that may reach the control plane by its address, in an environment file. */
export const authorizedNetworksInput = list(
  strict({ cidr: cidr(), name: text(/^\S.{0,62}$/, "a name of 1 to 63 characters", "say whose network it is") }),
  "networks",
);

/** A network that may reach the control plane by its address. */
export interface AuthorizedNetwork {
  readonly cidr: Cidr;
  /** Whose it is. */
  readonly name: string;
}

/** Ranges that the internet does not route. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** Whether a network is not on the internet. */
export function isPrivate(range: Cidr): boolean {
  return privateRanges.some((outer) => contains(outer, range));
}
