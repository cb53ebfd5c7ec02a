import { addressCount, type Cidr, overlaps, parseCidr } from "../cidr";
import { formatGiven, type Problem } from "../errors";
import type { Google } from "../google";
import { suggestZone, zonesOf } from "../google/regions";
import { requiredRanges, wholeRange } from "../network";
import { nodesInUpgrade, PODS_PER_NODE, podAddresses } from "../node-pool";
import type { GkeTarget } from "../target";
import { check } from "./check";

const ranges = (target: GkeTarget) => Object.entries(target.network) as [keyof GkeTarget["network"], Cidr][];

/** CPUs of the smallest machine that GKE chooses by itself. */
const SMALLEST_NODE_CPU = 2;
/** Addresses of a subnet that Google Cloud keeps for itself. */
const RESERVED_ADDRESSES = 4;

const allRanges = check({ needs: ["target"], clean: ["target"] }, ({ target }, given) => {
  if (target.kind !== "gke" || given.target?.kind !== "gke") return [];
  const { range } = given.target.network;
  if (range !== undefined) {
    const { prefix } = parseCidr(range);
    const { shortest, longest } = wholeRange;
    if (prefix >= shortest && prefix <= longest) return [];
    const allowed = `a range from /${shortest} to /${longest}: half of it is for pods, and every other range is a part of the rest`;
    const next = `use /${prefix < shortest ? shortest : longest}, or leave it out and give each range`;
    return [{ path: "target.network.range", given: formatGiven(range), allowed, next }];
  }
  const missing = requiredRanges.filter((owner) => target.network[owner] === undefined);
  if (missing.length === 0) return [];
  return [
    {
      path: "target.network",
      given: `nothing for ${missing.join(", ")}`,
      allowed: `a range each for ${requiredRanges.join(", ")}, or range, which is divided among them`,
      next: missing.length === requiredRanges.length ? 'add range: "10.30.0.0/15"' : `add ${missing.join(", ")}`,
    },
  ];
});

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

/** Nodes at most and the addresses of their pods, in words: every pool at its largest while all are upgraded, and those of Google's own. */
export function mostNodes({ nodePools, zones }: GkeTarget, google: Google | undefined) {
  const pools = [
    ...nodePools.map((pool) => ({ ...pool, ...nodesInUpgrade(pool, zones.length) })),
    ...autoProvisioned(google?.cluster.autoProvisioning),
  ];
  const all = (of: (pool: (typeof pools)[number]) => number) => pools.reduce((sum, pool) => sum + of(pool), 0);
  return {
    count: all(({ count }) => count),
    sum: pools.map(({ sum }) => sum).join("; "),
    addresses: all((pool) => pool.count * podAddresses(pool)),
    podSum: pools
      .map((pool) => `${pool.name} ${pool.count} nodes x ${podAddresses(pool)} for ${pool.maxPodsPerNode} pods each`)
      .join(" + "),
  };
}

/** Nodes that GKE makes by itself, as small as it makes them. */
function autoProvisioned(limits: Google["cluster"]["autoProvisioning"]) {
  if (!limits) return [];
  const count = Math.floor(limits.maxCpu / SMALLEST_NODE_CPU);
  const sum = `auto-provisioning ${limits.maxCpu} cpu / ${SMALLEST_NODE_CPU} for each = ${count} nodes`;
  return [{ name: "auto-provisioning", maxPodsPerNode: PODS_PER_NODE, count, sum }];
}

/** Longest prefix that still has the addresses. */
export const prefixFor = (addresses: number) => 32 - Math.ceil(Math.log2(addresses));

/** Whether every range is there; one that is missing is reported by itself. */
export const isWhole = ({ network }: GkeTarget) => requiredRanges.every((owner) => network[owner] !== undefined);

const roomForNodes = check({ needs: ["target", "google"], clean: ["target"] }, ({ target, google }) => {
  if (target.kind !== "gke" || !isWhole(target)) return [];
  const { count, sum, addresses, podSum } = mostNodes(target, google);
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
  if (addressCount(pods) < addresses) {
    problems.push({
      path: "target.network.pods",
      given: formatGiven(pods),
      allowed: `a range with the addresses that GKE gives to nodes for their pods: ${podSum} = ${addresses} addresses (${sum}), and it has ${addressCount(pods)}`,
      next: `use a /${prefixFor(addresses)} or lower maxCount or maxPodsPerNode`,
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
    const known = zonesOf(target.region);
    if (known.includes(zone)) return [];
    const allowed = `a zone of target.region "${target.region}": ${known.join(", ")}`;
    return [{ path, given: formatGiven(zone), allowed, next: suggestZone(zone, target.region, target.zones) }];
  });
});

const zonesOfProd = check({ needs: ["target"] }, ({ target }) => {
  if (target.kind !== "gke" || target.tier !== "prod" || target.zones.length >= 3) return [];
  const allowed = "three zones or more in prod, so that Vault and the databases keep their majority when one is lost";
  return [{ path: "target.zones", given: formatGiven(target.zones), allowed, next: "add a zone of the region" }];
});

/** Rules on the ranges and zones of a GKE network. */
export const networkChecks = [allRanges, separateRanges, fixedPrefixes, roomForNodes, zonesOfRegion, zonesOfProd];
