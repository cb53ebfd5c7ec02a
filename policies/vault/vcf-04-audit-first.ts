import type { Block } from "../../stacks/stack-json";
import { type AddressedBlock, listOf, objectOf, resources, strings } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { hclArgument, hclBlocks } from "../vault-server/hcl";
import { vaultServers } from "../vault-server/servers";

interface Subject extends Item {
  readonly problems: readonly string[];
}

export const auditFirst: Rule = {
  id: "VCF-04",
  reason: "a request that no device can write down is refused, and what came before the first device nobody knows of",
  remedy: "let VaultSecrets make two devices on different sinks, and all else depend on both",
  check: (stacks) =>
    forEach(
      (stack) => subjects(stack, stacks),
      ({ problems }: Subject) => problems,
    )(stacks),
};

function subjects(stack: CheckedStack, all: readonly CheckedStack[]): readonly Subject[] {
  const devices = resources(stack, ["vault_audit"]);
  const others = resources(stack, /^vault_/).filter(({ type }) => type !== "vault_audit");
  const servers = all
    .filter(({ environment }) => environment.name === stack.environment.name)
    .flatMap(vaultServers)
    .find(({ distribution }) => distribution === "openbao");
  if (servers) {
    // OpenBao takes its devices from the servers' configuration only, so they are there before any request.
    const sinks = hclBlocks(servers.hcl, "audit").map((device) => hclArgument(device, "file_path"));
    return stack.layer === "vault" ? [{ address: servers.address, problems: sinkProblems(sinks) }] : [];
  }
  if (devices.length + others.length === 0) {
    return [];
  }
  return [
    { address: "vault_audit", problems: sinkProblems(devices.map(({ block }) => sinkOf(block))) },
    ...others.map((resource) => ({ address: resource.address, problems: orderProblems(resource, devices, stack) })),
  ];
}

function sinkOf({ type, options }: Block): string {
  const { file_path: path, address } = objectOf(options);
  return `${type} ${path ?? address}`;
}

function sinkProblems(sinks: readonly unknown[]): readonly string[] {
  const different = new Set(sinks).size;
  return different >= 2 ? [] : [`there are ${different} sinks, and two are needed`];
}

function orderProblems(
  resource: AddressedBlock,
  devices: readonly AddressedBlock[],
  stack: CheckedStack,
): readonly string[] {
  const before = reached(resource, stack);
  return devices.filter(({ address }) => !before.has(address)).map(({ address }) => `does not wait for ${address}`);
}

/** Addresses that a resource waits for, directly or by another one. */
function reached(from: AddressedBlock, stack: CheckedStack): ReadonlySet<string> {
  const all = new Map(resources(stack).map((resource) => [resource.address, resource]));
  const found = new Set<string>();
  const queue = [from];
  for (let next = queue.pop(); next; next = queue.pop()) {
    for (const address of namedIn(next.block)) {
      const resource = all.get(address);
      if (resource && !found.has(address)) {
        found.add(address);
        queue.push(resource);
      }
    }
  }
  return found;
}

function namedIn(block: Block): readonly string[] {
  const stated = listOf(block.depends_on).map(String);
  const references = strings(block).flatMap(({ value }) =>
    [...value.matchAll(/\$\{[^}]*\}/g)].flatMap(([text]) => text.match(/[a-z]\w*\.[A-Z]\w*/g) ?? []),
  );
  return [...stated, ...references];
}
