import { listOf, objectOf } from "../blocks";
import { deliveredObjects } from "../releases";
import { type CheckedStack, forEach, type Rule } from "../rule";
import { hclArgument, hclBlocks } from "./hcl";
import { sidecars, type VaultServers, vaultServers } from "./servers";

export const peerNames: Rule = {
  id: "VLT-03",
  reason: "a server whose name is not in the certificate cannot join, or joins without a check",
  remedy: "one retry_join for each server by https with CA and server name, and every name in the certificate",
  check: forEach(vaultServers, (servers, stack) => {
    const joins = hclBlocks(servers.hcl, "retry_join");
    const names = certificateNames(servers, stack);
    const addresses = joins.map((join) => hclArgument(join, "leader_api_addr") ?? "");
    const expected = new Set([
      "vault",
      `vault.${servers.namespace}.svc`,
      "127.0.0.1",
      ...joins.flatMap((join) => hclArgument(join, "leader_tls_servername") ?? []),
      ...addresses.map(hostOf),
      ...sidecars(servers).flatMap(({ env }) =>
        listOf(env)
          .map(objectOf)
          .filter(isAddress)
          .map(({ value }) => hostOf(value)),
      ),
    ]);
    return [
      ...(new Set(addresses).size === servers.replicas
        ? []
        : [`${new Set(addresses).size} peers to join for ${servers.replicas} servers`]),
      ...addresses.filter((address) => !address.startsWith("https://")).map((address) => `joins by "${address}"`),
      ...["leader_ca_cert_file", "leader_tls_servername"].flatMap((argument) =>
        joins.some((join) => !hclArgument(join, argument)) ? [`a retry_join has no ${argument}`] : [],
      ),
      ...[...expected].filter((name) => !covers(names, name)).map((name) => `no certificate has the name "${name}"`),
    ];
  }),
};

/** Names in the certificates of the Secrets that the servers mount. */
function certificateNames({ server, namespace }: VaultServers, stack: CheckedStack): readonly string[] {
  const mounted = listOf(server.volumes).map((volume) => objectOf(objectOf(volume).secret).secretName);
  return deliveredObjects(stack)
    .filter((object) => object.kind === "Certificate" && object.namespace === namespace)
    .map(({ object }) => objectOf(object.spec))
    .filter(({ secretName }) => mounted.includes(secretName))
    .flatMap(({ dnsNames, ipAddresses }) => [...listOf(dnsNames), ...listOf(ipAddresses)].map(String));
}

function covers(names: readonly string[], name: string): boolean {
  return names.includes(name) || names.includes(name.replace(/^[^.]+/, "*"));
}

function isAddress({ name, value }: { readonly [key: string]: unknown }): boolean {
  return name === "VAULT_ADDR" && typeof value === "string";
}

function hostOf(address: unknown): string {
  return String(address)
    .replace(/^\w+:\/\//, "")
    .replace(/:\d+.*$/, "");
}
