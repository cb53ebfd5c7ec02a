import type { Rule } from "../rule";
import { privateNodes } from "./gke-01-private-nodes";
import { dnsEndpoint } from "./gke-02-dns-endpoint";
import { authorizedNetworks } from "./gke-03-authorized-networks";
import { noBindingsForEverybody } from "./gke-04-no-bindings-for-everybody";
import { workloadIdentity } from "./gke-05-workload-identity";
import { ownNodeAccount } from "./gke-06-own-node-account";
import { dataPath } from "./gke-07-data-path";
import { shieldedNodes } from "./gke-08-shielded-nodes";
import { nodeImage } from "./gke-09-node-image";
import { upgrades } from "./gke-10-upgrades";
import { encryptedSecrets } from "./gke-11-encrypted-secrets";
import { encryptedDisks } from "./gke-12-encrypted-disks";
import { noLastingCredentials } from "./gke-13-no-lasting-credentials";
import { groups } from "./gke-14-groups";
import { kubeletPort } from "./gke-15-kubelet-port";
import { attestedImages } from "./gke-16-attested-images";
import { logs } from "./gke-17-logs";
import { posture } from "./gke-18-posture";
import { regional } from "./gke-19-regional";
import { ownPools } from "./gke-20-own-pools";
import { deletionProtection } from "./gke-21-deletion-protection";
import { frozenChoices } from "./gke-22-frozen-choices";
import { externalAddresses } from "./gke-23-external-addresses";

/** Rules on the GKE cluster, its nodes and its images. */
export const gkeRules: readonly Rule[] = [
  privateNodes,
  dnsEndpoint,
  authorizedNetworks,
  noBindingsForEverybody,
  workloadIdentity,
  ownNodeAccount,
  dataPath,
  shieldedNodes,
  nodeImage,
  upgrades,
  encryptedSecrets,
  encryptedDisks,
  noLastingCredentials,
  groups,
  kubeletPort,
  attestedImages,
  logs,
  posture,
  regional,
  ownPools,
  deletionProtection,
  frozenChoices,
  externalAddresses,
];
