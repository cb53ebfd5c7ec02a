import { VaultError } from "../../../operations/vault/vault-error";
import { proofs, runProofs } from "../../../rehearsal/proofs";
import type { Proof, ProofContext } from "../../../rehearsal/proofs/proof";
import { covers } from "../../../rehearsal/proofs/readers";
import { mustBeRefused } from "../../../rehearsal/proofs/refuse";

const nothing = {} as ProofContext;

function proof(title: string, run: Proof["run"]): Proof {
  return { title, run };
}

describe("runProofs", () => {
  it("shows each proof as a step with what it found, and keeps those that have something to show", async () => {
    const shown: string[] = [];
    const found = await runProofs(
      [proof("one", async () => "three of three"), proof("two", async () => undefined)],
      nothing,
      async (title, run) => {
        shown.push(title);
        return run((line) => shown.push(line));
      },
    );
    expect(shown).toEqual(["prove: one", "three of three", "prove: two", "nothing to prove here"]);
    expect(found).toEqual([{ title: "one", finding: "three of three" }]);
  });

  it("stops at the first that fails", async () => {
    const later = jest.fn();
    const failing = proof("one", () => Promise.reject(new Error("it is not so")));
    const run = runProofs([failing, proof("two", later)], nothing, (_, step) => step(() => undefined));
    await expect(run).rejects.toThrow("it is not so");
    expect(later).not.toHaveBeenCalled();
  });
});

describe("mustBeRefused", () => {
  it("accepts a refusal, and nothing else", async () => {
    const fails = (status: number) => () => Promise.reject(new VaultError("no", status));
    await expect(mustBeRefused("a read", fails(403))).resolves.toBeUndefined();
    await expect(mustBeRefused("a read", async () => "value")).rejects.toThrow(
      "vault does what it must refuse: a read",
    );
    // A server that fails for another reason has refused nothing.
    await expect(mustBeRefused("a read", fails(503))).rejects.toThrow("no");
    await expect(mustBeRefused("a login", fails(400), [400, 403])).resolves.toBeUndefined();
  });
});

describe("the path of a policy", () => {
  it.each([
    ["kyuubi/data/database", "kyuubi/data/database", true],
    ["kyuubi/data/*", "kyuubi/data/database", true],
    ["kyuubi/data/*", "platform/data/database", false],
    ["kyuubi/data/data", "kyuubi/data/database", false],
  ])("%s covers %s: %s", (pattern, path, expected) => {
    expect(covers(pattern, path)).toBe(expected);
  });
});

test("each proof has a title of its own", () => {
  const titles = proofs.map(({ title }) => title);
  expect(titles.length).toBeGreaterThanOrEqual(7);
  expect(new Set(titles).size).toBe(titles.length);
});
