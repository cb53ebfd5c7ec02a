import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { confirmByName } from "../../cli/confirmation";
import { confirmRestore } from "../../cli/vault-restore";
import { withVault } from "../../cli/vault-session";
import { kind } from "../../environments/kind";
import { OperationError } from "../../operations/operation-error";

jest.mock("../../cli/confirmation", () => ({ confirmByName: jest.fn() }));

const folder = mkdtempSync(join(tmpdir(), "terralake-session-"));
const before = process.env.KUBECONFIG;
beforeAll(() => {
  process.env.KUBECONFIG = join(folder, "config");
  writeFileSync(
    process.env.KUBECONFIG,
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "u", user: { token: "t" } }],
      contexts: [{ name: "kind-kind", context: { cluster: "c", user: "u" } }],
    }),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
});

/** Runs something that fails after Ctrl-C. */
const stoppedWith = (error: Error) =>
  withVault(kind, { signal: AbortSignal.abort() }, async () => {
    throw error;
  });

test("what a stopped operation left half-done is said", async () => {
  await expect(stoppedWith(new OperationError("the snapshot was sent"))).rejects.toThrow("the snapshot was sent");
});

test("anything else of a stopped run needs no words", async () => {
  await expect(stoppedWith(new Error("aborted"))).rejects.toMatchObject({ name: "StoppedError" });
});

test("a restore is confirmed by the environment's name, at another context by the context's", async () => {
  const { signal } = new AbortController();
  await confirmRestore("gke-dev", signal);
  await confirmRestore("gke-dev", signal, "mine");
  expect(jest.mocked(confirmByName).mock.calls.map(([{ name, consequence }]) => [name, consequence])).toEqual([
    ["gke-dev", "This replaces the data of gke-dev's Vault."],
    ["mine", expect.stringContaining("in context mine, which is not gke-dev's own")],
  ]);
});
