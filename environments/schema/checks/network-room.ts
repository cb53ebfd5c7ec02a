import { workloads } from "../capacity";
import { addressCount, parseCidr } from "../cidr";
import { formatGiven } from "../errors";
import { NAT_PORTS_PER_NODE } from "../network";
import { check } from "./check";
import { isWhole, mostNodes, prefixFor } from "./network";

/** Addresses that each kind of managed service takes in a region. */
const ADDRESSES_PER_MANAGED_SERVICE = 256;
/** Kinds of managed services with addresses in the network. */
const MANAGED_SERVICES = ["Cloud SQL", "Memorystore", "Vertex AI"];
/** Services of one component at most: for clients, for each pod by name, for metrics. */
const SERVICES_PER_COMPONENT = 3;
/** Services that Kubernetes, GKE and Google's agents bring. */
const SERVICES_OF_KUBERNETES = 16;
/** Ports of one public address that a NAT hands out; those below 1024 are not. */
const PORTS_PER_ADDRESS = 64512;

const roomForServices = check(
  { needs: ["target", "services", "vault"], clean: ["target", "services", "vault"] },
  ({ target, services, vault }) => {
    if (target.kind !== "gke" || !isWhole(target)) return [];
    const range = target.network.services;
    const components = new Set(workloads({ target, services, vault }).map(({ component }) => component)).size;
    const needed = components * SERVICES_PER_COMPONENT + SERVICES_OF_KUBERNETES;
    if (addressCount(range) >= needed) return [];
    return [
      {
        path: "target.network.services",
        given: formatGiven(range),
        allowed: `a range with an address for each Service: ${components} components x ${SERVICES_PER_COMPONENT} + ${SERVICES_OF_KUBERNETES} of Kubernetes = ${needed}, and it has ${addressCount(range)} addresses`,
        next: `use a /${prefixFor(needed)} or larger; it cannot be changed later`,
      },
    ];
  },
);

const roomForManagedServices = check({ needs: ["target"], clean: ["target"] }, ({ target }) => {
  if (target.kind !== "gke" || !isWhole(target)) return [];
  const range = target.network.privateServices;
  const needed = MANAGED_SERVICES.length * ADDRESSES_PER_MANAGED_SERVICE;
  if (addressCount(range) >= needed) return [];
  return [
    {
      path: "target.network.privateServices",
      given: formatGiven(range),
      allowed: `a range with a /24 for each of ${MANAGED_SERVICES.join(", ")}: ${MANAGED_SERVICES.length} x ${ADDRESSES_PER_MANAGED_SERVICE} = ${needed} addresses, and it has ${addressCount(range)}`,
      next: `use a /${prefixFor(needed)} or larger`,
    },
  ];
});

const roomForProxies = check({ needs: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  const { proxies } = target.network;
  if (proxies === undefined || parseCidr(proxies).prefix <= 26) return [];
  const allowed = `a range of 64 addresses (/26) or more, as Google Cloud asks for, and it has ${addressCount(proxies)}`;
  return [{ path: "target.network.proxies", given: formatGiven(proxies), allowed, next: "use a /23" }];
});

const roomInNat = check({ needs: ["target", "google"], clean: ["target"] }, ({ target, google }) => {
  if (target.kind !== "gke" || target.vpc.natAddresses === undefined) return [];
  const { count, sum } = mostNodes(target, google);
  const needed = Math.ceil((count * NAT_PORTS_PER_NODE) / PORTS_PER_ADDRESS);
  if (target.vpc.natAddresses >= needed) return [];
  return [
    {
      path: "target.network.natAddresses",
      given: formatGiven(target.vpc.natAddresses),
      allowed: `addresses with ${NAT_PORTS_PER_NODE} ports for each node: ${sum}, and an address has ${PORTS_PER_ADDRESS} ports`,
      next: `use ${needed}, or leave it out for as many as are needed`,
    },
  ];
});

/** Rules on what must fit into the ranges of a GKE network beside nodes and pods. */
export const networkRoomChecks = [roomForServices, roomForManagedServices, roomForProxies, roomInNat];
