import { OperationError } from "../../../operations/operation-error";
import type { Clocks } from "../../../operations/vault/clocks";
import { explainVault } from "../../../operations/vault/explain";
import { VaultError } from "../../../operations/vault/vault-error";

const here = new Date("2026-01-01T12:00:00Z");
const at = (seconds: number) => new Date(here.getTime() + seconds * 1000);
const refusedLogin = new VaultError("vault: POST auth/kubernetes/login was answered with 403: permission denied", 403);

function explain(error: unknown, clocks: Partial<Clocks> = {}, role?: string) {
  const place = { environment: "kind", local: true };
  return explainVault(error, { place, clocks: async () => ({ here, ...clocks }), role });
}

test("a refused login with a clock that is wrong says which one and by how much, and not the usual cause", async () => {
  const said = await explain(refusedLogin, { apiServer: at(4 * 60 + 10), vault: at(4 * 60 + 10) });
  expect(said).toContain("the clock of the API server is 4 min 10 s ahead of this machine's");
  expect(said).not.toContain("system:auth-delegator");
});

test("the clocks of Vault and the API server are compared with each other", async () => {
  const said = await explain(refusedLogin, { apiServer: at(0), vault: at(-3700) });
  expect(said).toContain("the clock of Vault is 1 h 1 min behind the API server's");
});

test("clocks that agree leave the usual cause", async () => {
  expect(await explain(refusedLogin, { apiServer: at(2), vault: at(-5) })).toContain("system:auth-delegator");
});

test("a certificate of another time makes the clocks be compared", async () => {
  const error = Object.assign(new Error("certificate is not yet valid"), { code: "CERT_NOT_YET_VALID" });
  expect(await explain(error, { vault: at(-90) })).toContain("the clock of Vault is 1 min 30 s behind this machine's");
});

test("clocks are not asked where they cannot be the cause", async () => {
  const clocks = jest.fn();
  const place = { environment: "kind" };
  await explainVault(new VaultError("vault: GET x was answered with 503: Vault is sealed", 503), { place, clocks });
  expect(clocks).not.toHaveBeenCalled();
});

test("an API server that does not know the person is told from a Vault that refuses", async () => {
  expect(await explain(new VaultError("vault: GET x was answered with 401: Unauthorized", 401, "api-server"))).toMatch(
    /API server does not know you/,
  );
  expect(
    await explain(new VaultError("vault: GET x was answered with 403: permission denied", 403), {}, "people"),
  ).toMatch(/policy of Vault role people/);
});

test("what was said comes first, with Node's code where the message lacks it", async () => {
  const refused = Object.assign(new Error(""), { code: "ECONNREFUSED" });
  expect(await explain(refused)).toMatch(/^ECONNREFUSED; nobody answers/);
});

test("what has nothing to do with Vault, or explains itself, is left to others", async () => {
  expect(await explain(new TypeError("x is not a function"))).toBeUndefined();
  expect(await explain(new OperationError("no context"))).toBeUndefined();
});
