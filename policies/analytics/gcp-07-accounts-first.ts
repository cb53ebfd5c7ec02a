import { type AddressedBlock, resources, strings } from "../blocks";
import { type CheckedStack, forEach, type Rule } from "../rule";

/** A resource that names an account of its stack, and whether it waits for it. */
interface NamedAccount extends AddressedBlock {
  readonly email: string;
  readonly waits: boolean;
}

export const accountsFirst: Rule = {
  id: "GCP-07",
  reason: "Google refuses a right of an account that is not there, and a plan does not show it",
  remedy: "name the account by ServiceIdentity.member or its resource, or add what makes it to dependsOn",
  check: forEach(namedAccounts, ({ email, waits }) => (waits ? [] : [`names ${email}, and does not wait for it`])),
};

/** Resources of Google that say the email of an account which the same stack makes. */
function namedAccounts(stack: CheckedStack): readonly NamedAccount[] {
  const all = resources(stack, /^google_/);
  const waitsFor = waiting(all);
  const accounts = all
    .filter(({ type }) => type === "google_service_account")
    .map(({ address, block }) => ({
      address,
      email: `${String(block.account_id)}@${String(block.project ?? stack.environment.project)}.iam.gserviceaccount.com`,
    }));
  return all.flatMap((resource) => {
    const said = strings(resource.block);
    const seen = waitsFor(resource.address);
    return accounts
      .filter(({ address }) => address !== resource.address)
      .flatMap(({ address, email }) => {
        const literal = said.some(({ value }) => mentions(value, email));
        // By a reference it waits by itself: it is looked at as well, so that the rule does not run out of work.
        const referred = said.some(({ value }) => references(value).includes(address));
        return literal || referred ? [{ ...resource, email, waits: seen.has(address) }] : [];
      });
  });
}

/** Whether a text names exactly this account, and none whose name ends with it. */
function mentions(text: string, email: string): boolean {
  const at = text.indexOf(email);
  return at >= 0 && !/[a-z0-9-]/.test(text[at - 1] ?? "");
}

/** Everything that a resource waits for, near or far. */
function waiting(all: readonly AddressedBlock[]): (address: string) => ReadonlySet<string> {
  const next = new Map(
    all.map(({ address, block }) => [address, strings(block).flatMap(({ value }) => references(value))]),
  );
  return (address) => {
    const seen = new Set<string>();
    const open = [...(next.get(address) ?? [])];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (!seen.has(one)) {
        seen.add(one);
        open.push(...(next.get(one) ?? []));
      }
    }
    return seen;
  };
}

/** Addresses in an expression or in a list of `depends_on`. */
function references(text: string): readonly string[] {
  const expressions = text.includes("$" + "{") ? text : /^google_\w+\.[\w-]+$/.test(text) ? text : "";
  return [...expressions.matchAll(/\b(google_\w+\.[\w-]+)/g)].map(([, address = ""]) => address);
}
