import type { Rule } from "../rule";
import { ownNetwork } from "./net-01-own-network";
import { loggedNat } from "./net-02-logged-nat";
import { calledPorts } from "./net-03-called-ports";
import { closedNetwork } from "./net-04-closed-network";
import { metadataServer } from "./net-07-metadata-server";
import { cleanTeardown } from "./net-09-clean-teardown";
import { oneWayToGoogle } from "./net-10-one-way-to-google";

/** Rules on networks of Google Cloud and what crosses their edge. */
export const networkRules: readonly Rule[] = [
  ownNetwork,
  loggedNat,
  calledPorts,
  closedNetwork,
  metadataServer,
  cleanTeardown,
  oneWayToGoogle,
];
