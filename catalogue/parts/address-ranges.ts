import { cidr } from "../../environments/schema/cidr";
import { list } from "../fields";

/** Ranges in which a host lies; those of public addresses when they are left out. */
export const addressRanges = list(cidr(), "ranges").optional();
