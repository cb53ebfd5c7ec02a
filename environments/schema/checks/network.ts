import { PODS_PER_NODE } from "../capacity";
import { addressCount, type Cidr, overlaps, parseCidr } from "../cidr";
import { formatGiven, type Problem } from "../errors";
import type { GkeTarget } from "../target";
import { check } from "./check";

const ranges = (target: GkeTarget) => Object.entries(target.network) as [keyof GkeTarget["network"], Cidr][];

/** Addresses of a subnet that Google Cloud keeps for itself. */
const RESERVED_ADDRESSES = 4;
/** Addresses that GKE gives each node for its pods: the power of two that is at least twice 110. */
const ADDRESSES_PER_NODE = 256;

const separateRanges = check({ needs: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  const all = ranges(target);
  return all.flatMap(([owner, cidr], i) =>
    all
      .slice(0, i)
      .filter(([, other]) => overlaps(cidr, other))
      .map(
        ([other, otherCidr]): Problem => ({
          path: `target.network.${owner}`,
          given: formatGiven(cidr),
          allowed: `a range that shares no address with target.network.${other} ${formatGiven(otherCidr)}`,
          next: "move one of the two",
        }),
      ),
  );
});

const fixedPrefixes = check({ needs: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  return ranges(target)
    .filter(([owner, cidr]) => (owner === "controlPlane" || owner === "connector") && parseCidr(cidr).prefix !== 28)
    .map(
      ([owner, cidr]): Problem => ({
        path: `target.network.${owner}`,
        given: formatGiven(cidr),
        allowed: "a range of 16 addresses (/28), as Google Cloud asks for",
        next: `did you mean ${cidr.replace(/\/\d+$/, "/28")}?`,
      }),
    );
});

/** Nodes at most, in words: every pool at its largest, and one more per pool while it is upgraded. */
function mostNodes({ nodePools, zones }: GkeTarget): { readonly count: number; readonly sum: string } {
  const perZone = nodePools.reduce((total, pool) => total + pool.maxCount, 0);
  const count = perZone * zones.length + nodePools.length;
  return {
    count,
    sum: `${perZone} per zone x ${zones.length} zones + ${nodePools.length} during upgrades = ${count} nodes`,
  };
}

/** Longest prefix that still has the addresses. */
const prefixFor = (addresses: number) => 32 - Math.ceil(Math.log2(addresses));

const roomForNodes = check({ needs: ["target"], clean: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  const { count, sum } = mostNodes(target);
  const { nodes, pods } = target.network;
  const problems: Problem[] = [];
  if (addressCount(nodes) - RESERVED_ADDRESSES < count) {
    problems.push({
      path: "target.network.nodes",
      given: formatGiven(nodes),
      allowed: `a range with an address for each node and ${RESERVED_ADDRESSES} for Google Cloud: ${sum}, and it has ${addressCount(nodes)} addresses`,
      next: `use a /${prefixFor(count + RESERVED_ADDRESSES)} or lower maxCount`,
    });
  }
  if (addressCount(pods) < count * ADDRESSES_PER_NODE) {
    problems.push({
      path: "target.network.pods",
      given: formatGiven(pods),
      allowed: `a range with a /24 for the ${PODS_PER_NODE} pods of each node: ${sum}, and it has ${Math.floor(addressCount(pods) / ADDRESSES_PER_NODE)} /24`,
      next: `use a /${prefixFor(count * ADDRESSES_PER_NODE)} or lower maxCount`,
    });
  }
  return problems;
});

const zonesOfRegion = check({ needs: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  return target.zones.flatMap((zone, i): Problem[] => {
    const path = `target.zones[${i}]`;
    if (target.zones.indexOf(zone) !== i) {
      return [{ path, given: formatGiven(zone), allowed: "each zone once", next: "remove it" }];
    }
    if (zone.slice(0, -2) === target.region) return [];
    const next = `did you mean ${target.region}${zone.slice(-2)}?`;
    return [{ path, given: formatGiven(zone), allowed: `a zone of target.region "${target.region}"`, next }];
  });
});

const zonesOfProd = check({ needs: ["target"] }, ({ target }) => {
  if (target.kind !== "gke" || target.tier !== "prod" || target.zones.length >= 3) return [];
  const allowed = "three zones or more in prod, so that Vault and the databases keep their majority when one is lost";
  return [{ path: "target.zones", given: formatGiven(target.zones), allowed, next: "add a zone of the region" }];
});

/** Rules on the ranges, zones and addresses of a GKE network. */
export const networkChecks = [separateRanges, fixedPrefixes, roomForNodes, zonesOfRegion, zonesOfProd];
