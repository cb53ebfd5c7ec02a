import { objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";

/** Most versions of a secret that are of use. */
const most = 100;

export const boundedVersions: Rule = {
  id: "VCF-08",
  reason: "without versions a mistake cannot be taken back, and without a bound old secrets stay for ever",
  remedy: "let VaultSecrets make the mount: KV version 2, a number of versions, prevent_destroy where data is kept",
  check: forEach(
    (stack) => resources(stack, ["vault_mount"]).filter(({ block }) => /^(kv|generic)/.test(String(block.type))),
    ({ name, block }, stack) => {
      const version = objectOf(block.options).version;
      const prevented = objectOf(block.lifecycle).prevent_destroy;
      const settings = settingsOf(name, block, stack);
      return [
        ...(version === "2" ? [] : [`options.version is ${shown(version)}`]),
        ...(settings.length === 1 ? [] : [`${settings.length} vault_kv_secret_backend_v2 set its number of versions`]),
        ...settings.flatMap((found) => {
          const versions = Number(found.block.max_versions);
          return [
            ...(versions >= 1 && versions <= most ? [] : [`max_versions is ${shown(found.block.max_versions)}`]),
            // A run that is killed between write and state would never converge.
            ...(found.block.cas_required === true ? ["cas_required is true"] : []),
          ];
        }),
        ...(stack.environment.allowDestroy || prevented === true
          ? []
          : [`lifecycle.prevent_destroy is ${shown(prevented)}`]),
      ];
    },
  ),
};

function settingsOf(name: string, block: { readonly [key: string]: unknown }, stack: CheckedStack) {
  return resources(stack, ["vault_kv_secret_backend_v2"]).filter(
    (settings) =>
      settings.block.mount === block.path || String(settings.block.mount).includes(`{vault_mount.${name}.path}`),
  );
}
