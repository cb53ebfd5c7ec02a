import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "../../environments";
import { type AddressedStack, compareInventory, inventoryOf } from "../support/address-inventory";
import { synthesizedPlatform } from "../support/synthesized-platform";

const folder = join(__dirname, "inventory");
const renewal = "UPDATE_INVENTORY=1 npx jest __tests__/snapshots/inventory.test.ts";

/** What to tell whoever changed addresses; undefined when all is as it was. */
function verdict(committed: string, stacks: readonly AddressedStack[]): string | undefined {
  const { appeared, vanished, lost } = compareInventory(committed, stacks);
  if (lost.length > 0) {
    return [
      "addresses that hold data have vanished, so an apply would destroy them:",
      ...lost,
      "declare a move (resource.moveTo) or a removed block, or delete the lines from the inventory if data may go",
    ].join("\n");
  }
  if (appeared.length + vanished.length > 0) {
    return [
      "addresses have changed:",
      ...appeared.map((line) => `+ ${line}`),
      ...vanished.map((line) => `- ${line}`),
      `if that is meant, renew the inventory with: ${renewal}`,
    ].join("\n");
  }
  return inventoryOf(stacks) === committed ? undefined : `the counts are old, renew them with: ${renewal}`;
}

// TF-14: an address is what Terraform knows a resource by.
test.each(environmentNames)("%s has the addresses of its inventory", (name) => {
  const stacks = synthesizedPlatform().filter(({ environment }) => environment.name === name);
  const file = join(folder, `${name}.txt`);
  const committed = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (process.env.UPDATE_INVENTORY === "1" && compareInventory(committed, stacks).lost.length === 0) {
    writeFileSync(file, inventoryOf(stacks));
    return;
  }
  expect(verdict(committed, stacks)).toBeUndefined();
  expect(stacks.length).toBeGreaterThanOrEqual(5);
});

test("there is an inventory for each environment and no other", () => {
  expect(readdirSync(folder).sort()).toEqual(environmentNames.map((name) => `${name}.txt`).sort());
});

describe("a change of addresses", () => {
  const stack = (resource: object, more: object = {}) => [{ name: "kind-base", json: { resource, ...more } as never }];
  const before = inventoryOf(stack({ vault_mount: { Old: {} }, kubernetes_role_v1: { Reader: {} } }));

  test("is no matter where nothing changed", () => {
    expect(before).toBe(
      "# 1 kubernetes_role_v1\n# 1 vault_mount\nkind-base kubernetes_role_v1.Reader\nkind-base vault_mount.Old\n",
    );
    expect(verdict(before, stack({ vault_mount: { Old: {} }, kubernetes_role_v1: { Reader: {} } }))).toBeUndefined();
  });

  test("names what came and went, and how to renew the inventory", () => {
    expect(verdict(before, stack({ vault_mount: { Old: {} }, kubernetes_role_v1: { Writer: {} } }))).toBe(
      `addresses have changed:\n+ kind-base kubernetes_role_v1.Writer\n- kind-base kubernetes_role_v1.Reader\nif that is meant, renew the inventory with: ${renewal}`,
    );
  });

  test("is refused where data would be lost", () => {
    expect(verdict(before, stack({ vault_mount: { New: {} }, kubernetes_role_v1: { Reader: {} } }))).toMatch(
      /^addresses that hold data have vanished, so an apply would destroy them:\nkind-base vault_mount\.Old\ndeclare a move/,
    );
  });

  test.each([
    ["moved", { moved: [{ from: "vault_mount.Old", to: "vault_mount.New" }] }],
    ["removed", { removed: [{ from: "vault_mount.Old" }] }],
  ])("may lose what a %s block names", (_, blocks) => {
    const after = stack({ vault_mount: { New: {} }, kubernetes_role_v1: { Reader: {} } }, blocks);
    expect(compareInventory(before, after).lost).toEqual([]);
    expect(verdict(before, after)).toMatch(/^addresses have changed:/);
  });

  test("is seen in the counts alone", () => {
    expect(
      verdict(
        before.replace("# 1 vault_mount", "# 2 vault_mount"),
        stack({ vault_mount: { Old: {} }, kubernetes_role_v1: { Reader: {} } }),
      ),
    ).toBe(`the counts are old, renew them with: ${renewal}`);
  });
});
