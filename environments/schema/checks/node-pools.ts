import { formatGiven, type Problem } from "../errors";
import { ofTier, tierSettings } from "../google/tiers";
import {
  agreesWithMachineType,
  closestMachineType,
  diskTypeOf,
  isArm,
  isForCompute,
  knownSeries,
  machineShape,
  sizeIsKnown,
  takesDisk,
  takesLocalSsds,
} from "../machine-types";
import { parseBytes, parseCpu } from "../quantity";
import { check } from "./check";

const distinctNames = check({ needs: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  const names = target.nodePools.map(({ name }) => name);
  return names.flatMap((name, i): Problem[] => {
    const first = names.indexOf(name);
    if (first === i) return [];
    const allowed = `a name that no other pool has; target.nodePools[${first}] has it too`;
    return [{ path: `target.nodePools[${i}].name`, given: formatGiven(name), allowed, next: "rename one of the two" }];
  });
});

const counts = check({ needs: ["target"], clean: ["target"] }, ({ target }, given) => {
  if (target.kind !== "gke" || given.target?.kind !== "gke") return [];
  const written = given.target.nodePools;
  return target.nodePools.flatMap(({ count, minCount, maxCount }, i): Problem[] => {
    const path = `target.nodePools[${i}]`;
    // What is left out has the number of `count`, and nobody looks for a mistake in what they did not write.
    if (minCount > maxCount && written[i]?.minCount === undefined) {
      const next = "lower it or raise maxCount";
      return [{ path: `${path}.count`, given: `${count}`, allowed: `a number up to maxCount ${maxCount}`, next }];
    }
    if (minCount > maxCount && written[i]?.maxCount === undefined) {
      const allowed = `a number up to count ${count}, as maxCount is left out`;
      return [{ path: `${path}.minCount`, given: `${minCount}`, allowed, next: "lower minCount or add maxCount" }];
    }
    if (minCount > maxCount) {
      const next = "lower minCount or raise maxCount";
      return [{ path: `${path}.minCount`, given: `${minCount}`, allowed: `a number up to maxCount ${maxCount}`, next }];
    }
    if (count >= minCount && count <= maxCount) return [];
    const allowed = `a number from minCount ${minCount} to maxCount ${maxCount}`;
    return [{ path: `${path}.count`, given: `${count}`, allowed, next: "change one of the three" }];
  });
});

const machineSizes = check({ needs: ["target"], clean: ["target"] }, (_, { target }) => {
  if (target?.kind !== "gke") return [];
  return target.nodePools.flatMap((pool, i): Problem[] => {
    const { machineType, cpu, memory } = pool;
    const path = `target.nodePools[${i}]`;
    if (!sizeIsKnown(pool)) {
      const meant = closestMachineType(machineType);
      const allowed = `a machine type whose size is known (${knownSeries}), or any other with cpu and memory beside it`;
      return [
        {
          path: `${path}.machineType`,
          given: formatGiven(machineType),
          allowed,
          next: meant ? `did you mean ${meant}?` : "add cpu and memory of one node",
        },
      ];
    }
    const shape = machineShape(machineType);
    if (!shape || agreesWithMachineType(machineType, { cpu, memory })) return [];
    const given = [cpu && `cpu ${formatGiven(cpu)}`, memory && `memory ${formatGiven(memory)}`]
      .filter(Boolean)
      .join(" and ");
    const allowed = `what ${machineType} has: cpu "${shape.cpu}" and memory "${shape.memory}"`;
    return [{ path, given, allowed, next: "leave cpu and memory out" }];
  });
});

const zonesHold = check({ needs: ["target"], clean: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  const zones = target.zones.length;
  return target.nodePools.flatMap(({ limits, count, maxCount }, i): Problem[] => {
    const first = Math.ceil(count / zones) * zones;
    if (limits === "zone" || first <= maxCount) return [];
    const allowed = `a number that still is up to maxCount ${maxCount} when each of ${zones} zones begins with as many nodes: it would be ${first}`;
    const next = "lower it or raise maxCount";
    return [{ path: `target.nodePools[${i}].count`, given: `${count}`, allowed, next }];
  });
});

const generalPool = check({ needs: ["target"], clean: ["target"] }, ({ target }) => {
  if (target.kind !== "gke" || target.nodePools.some(({ role }) => role === "general")) return [];
  const given = target.nodePools.map(({ role }) => role).join(", ");
  const allowed =
    "a pool for general among others: all other pools keep away the pods of Kubernetes and of the platform";
  return [{ path: "target.nodePools", given: `pools for ${given}`, allowed, next: "add one without `for`" }];
});

const spotPools = check({ needs: ["target"], clean: ["target"] }, ({ target }) => {
  if (target.kind !== "gke" || ofTier(target.tier, tierSettings.spotPools) === "any") return [];
  return target.nodePools.flatMap(({ spot, role }, i): Problem[] => {
    if (!spot || role === "batch") return [];
    const allowed = `false for a pool for ${role} in ${target.tier}: a spot node ends with half a minute's notice, which only what is tried again may meet`;
    const next = 'leave spot out, or write for: "batch"';
    return [{ path: `target.nodePools[${i}].spot`, given: "true", allowed, next }];
  });
});

/** Gi of memory for each vCPU from which a machine counts as memory-optimized: general ones have four, these eight. */
const MEMORY_OPTIMIZED = 6;
const GIBIBYTE = 2 ** 30;

const machinesOfRole = check({ needs: ["target"], clean: ["target"] }, ({ target }, given) => {
  if (target.kind !== "gke" || given.target?.kind !== "gke") return [];
  const known = given.target.nodePools.map(sizeIsKnown);
  return target.nodePools.flatMap(({ role, machineType, cpu, memory }, i): Problem[] => {
    const path = `target.nodePools[${i}].machineType`;
    const perCpu = parseBytes(memory) / GIBIBYTE / (parseCpu(cpu) / 1000);
    // A size that nobody stated is reported by itself.
    if (role === "memory" && known[i] && perCpu < MEMORY_OPTIMIZED) {
      const allowed = `a machine with ${MEMORY_OPTIMIZED}Gi of memory or more for each CPU in a pool for memory, as its pods would leave CPUs idle: it has ${Number(perCpu.toFixed(2))}Gi`;
      const next = machineType.includes("-standard-")
        ? `did you mean ${machineType.replace("-standard-", "-highmem-")}?`
        : "use a highmem machine type, or leave `for` out";
      return [{ path, given: formatGiven(machineType), allowed, next }];
    }
    if (role === "compute" && !isForCompute(machineType)) {
      const allowed =
        "a machine of the series c2, c2d, c3, c3d, c4, c4d or h3, or a highcpu one, in a pool for compute";
      return [{ path, given: formatGiven(machineType), allowed, next: "use one of them, or leave `for` out" }];
    }
    return [];
  });
});

const instructionSets = check({ needs: ["target"], clean: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  return target.nodePools.flatMap(({ machineType }, i): Problem[] => {
    if (!isArm(machineType)) return [];
    const allowed = "a machine for amd64: GKE taints nodes for arm64, and the platform's images are made for amd64";
    const next = "use another series, such as n4 or c4";
    return [{ path: `target.nodePools[${i}].machineType`, given: formatGiven(machineType), allowed, next }];
  });
});

const disks = check({ needs: ["target"], clean: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  const { nodePools, volumes } = target;
  return nodePools.flatMap(({ machineType, diskType, localSsds, role }, i): readonly Problem[] => {
    const path = `target.nodePools[${i}]`;
    const suited = diskTypeOf(machineType);
    return [
      ...(takesDisk(machineType, diskType)
        ? []
        : [
            {
              path: `${path}.diskType`,
              given: formatGiven(diskType),
              allowed: `a kind of disk that ${machineType} can have`,
              next: `use ${suited}`,
            },
          ]),
      ...(localSsds === undefined || takesLocalSsds(machineType)
        ? []
        : [
            {
              path: `${path}.localSsds`,
              given: `${localSsds}`,
              allowed: `local SSDs on machines of the series c2, c2d, n1, n2 or n2d, not on ${machineType}`,
              next: "leave it out or use another machine type",
            },
          ]),
      // What runs on batch nodes has no volume.
      ...(role === "batch" || takesDisk(machineType, volumes.type)
        ? []
        : [
            {
              path: `${path}.machineType`,
              given: formatGiven(machineType),
              allowed: `a machine that takes volumes of the kind ${volumes.type}, which target.volumes has for all pools but those for batch`,
              next: "use machines of one generation, or another target.volumes.type",
            },
          ]),
    ];
  });
});

/** Rules on the node pools of a GKE cluster. */
export const nodePoolChecks = [
  distinctNames,
  counts,
  zonesHold,
  machineSizes,
  generalPool,
  spotPools,
  machinesOfRole,
  instructionSets,
  disks,
];
