import type { Rule } from "../rule";
import { raftServers } from "./vlt-01-raft-servers";
import { tlsEndToEnd } from "./vlt-02-tls";
import { peerNames } from "./vlt-03-peer-names";
import { keylessSeal } from "./vlt-04-keyless-seal";
import { oneKey } from "./vlt-05-one-key";
import { keyLife } from "./vlt-06-key-life";
import { restrictedServers } from "./vlt-07-restricted-pod";
import { ownNetworkPolicy } from "./vlt-08-own-network-policy";
import { oneDown } from "./vlt-09-one-down";
import { onDelete } from "./vlt-10-on-delete";
import { keptVolumes } from "./vlt-12-kept-volumes";
import { offUnlessAsked } from "./vlt-13-off-unless-asked";
import { snapshots } from "./vlt-14-snapshots";
import { safeParameters } from "./vlt-15-safe-parameters";

/** Rules on the Vault servers; VLT-11 is among those on Helm releases. */
export const vaultServerRules: readonly Rule[] = [
  raftServers,
  tlsEndToEnd,
  peerNames,
  keylessSeal,
  oneKey,
  keyLife,
  restrictedServers,
  ownNetworkPolicy,
  oneDown,
  onDelete,
  keptVolumes,
  offUnlessAsked,
  snapshots,
  safeParameters,
];
