import { formatGiven, type Problem } from "../errors";
import { agreesWithMachineType, machineShape, sizeIsKnown } from "../machine-types";
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

const counts = check({ needs: ["target"], clean: ["target"] }, ({ target }) => {
  if (target.kind !== "gke") return [];
  return target.nodePools.flatMap(({ count, minCount, maxCount }, i): Problem[] => {
    const path = `target.nodePools[${i}]`;
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
      const allowed =
        "a machine type whose size is known (c3, e2, n2, n2d or n4), or any other with cpu and memory beside it";
      return [
        {
          path: `${path}.machineType`,
          given: formatGiven(machineType),
          allowed,
          next: "add cpu and memory of one node",
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

/** Rules on the node pools of a GKE cluster. */
export const nodePoolChecks = [distinctNames, counts, machineSizes];
