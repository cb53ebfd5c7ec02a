import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VaultClient } from "../../../operations/vault/client";
import type { VaultConnection } from "../../../operations/vault/connection";
import { restore } from "../../../operations/vault/restore";
import { planRestore } from "../../../operations/vault/restore-plan";
import { type FakeCluster, fakeCluster, tokenOf } from "../kubernetes/fake-api-server";
import { type FakeAnswer, type FakeVault, fakeVault, type SeenRequest } from "./fake-vault";
import { snapshotOf } from "./snapshots";

const folder = mkdtempSync(join(tmpdir(), "terralake-restore-"));
const file = join(folder, "a.snap");
writeFileSync(file, snapshotOf());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ownKey = "a1".repeat(32);
const snapshotKey = "b2".repeat(32);
const temporaryKey = "c3".repeat(32);
const otp = "x".repeat(28);
const rootToken = "hvs.0123456789012345678901AB";
const encoded = Buffer.from([...Buffer.from(rootToken)].map((byte) => byte ^ otp.charCodeAt(0))).toString("base64");

/** A Vault with one server, as far as a restore sees it. */
interface State {
  initialized: boolean;
  sealed: boolean;
  /** Opens it. */
  key: string;
  seal: "shamir" | "gcpckms";
  /** Whether the seal that the snapshot was made with is this one's. */
  sameSeal: boolean;
  tokens: Set<string>;
  applies: boolean;
  /** Whether nobody begins a root token without a token, as from Vault 2.0 on. */
  guarded: boolean;
  /** Whether the role for break-glass is there. */
  role: boolean;
}

let state: State;
/** What a request does besides; for Ctrl-C at a certain moment. */
let onAnswer: (path: string) => void;
let vault: FakeVault;
let cluster: FakeCluster;

beforeEach(async () => {
  state = {
    initialized: true,
    sealed: false,
    key: ownKey,
    seal: "shamir",
    sameSeal: true,
    tokens: new Set(),
    applies: true,
    guarded: true,
    role: true,
  };
  onAnswer = () => undefined;
  vault = await fakeVault((request) => {
    const given = answer(request);
    onAnswer(request.path);
    return given;
  });
  cluster = await fakeCluster(() => undefined, tokenOf);
});

afterEach(async () => {
  await vault.close();
  await cluster.server.close();
});

function answer({ method, path, body, headers }: SeenRequest): FakeAnswer | undefined {
  const token = String(headers["x-vault-token"]);
  if (path.startsWith("sys/generate-root/") && state.guarded && token !== "break-glass") {
    return { status: 403, body: { errors: ["permission denied"] } };
  }
  switch (path) {
    case "auth/kubernetes/login":
      return state.role && body?.role === "vault-break-glass" && body.jwt === "vault/vault-break-glass@vault"
        ? { body: { auth: { client_token: "break-glass" } } }
        : { status: 400, body: { errors: ["invalid role name"] } };
    case "sys/seal-status":
      return {
        body: { initialized: state.initialized, sealed: state.sealed, type: state.seal, t: 1, version: "1.21.1" },
      };
    case "sys/health":
      return { status: state.initialized ? (state.sealed ? 503 : 200) : 501, body: {} };
    case "sys/leader":
      return { body: { leader_address: "https://vault-0", raft_committed_index: 60 } };
    case "sys/init":
      Object.assign(state, { initialized: true, sealed: state.seal === "shamir", key: temporaryKey });
      state.tokens.add(rootToken);
      return { body: { keys: [temporaryKey], recovery_keys: ["r"], root_token: rootToken } };
    case "sys/unseal":
      if (body?.reset) return { body: { sealed: state.sealed } };
      if (body?.key !== state.key) return { status: 400, body: { errors: ["message authentication failed"] } };
      state.sealed = false;
      return { body: { sealed: false } };
    case "sys/generate-root/attempt":
      return { body: { started: false, progress: 0, required: 1, nonce: "n", otp } };
    case "sys/generate-root/update":
      if (body?.key !== (state.seal === "shamir" ? state.key : "recovery"))
        return { status: 400, body: { errors: ["wrong"] } };
      state.tokens.add(rootToken);
      return { body: { complete: true, encoded_token: encoded } };
    case "sys/storage/raft/snapshot":
    case "sys/storage/raft/snapshot-force":
      return method === "POST" ? load(path.endsWith("force"), token) : undefined;
    case "auth/token/lookup-self":
      if (state.sealed) return { status: 503, body: { errors: ["Vault is sealed"] } };
      return state.tokens.has(token)
        ? { body: { data: {} } }
        : { status: 403, body: { errors: ["permission denied"] } };
    case "auth/token/revoke-self":
      state.tokens.delete(token);
      return { status: 204 };
    default:
      return undefined;
  }
}

function load(force: boolean, token: string): FakeAnswer {
  if (!state.tokens.has(token)) return { status: 403, body: { errors: ["permission denied"] } };
  if (!force && !state.sameSeal) return { status: 400, body: { errors: ["could not verify hash file, possibly ..."] } };
  if (!state.applies) {
    state.sealed = true;
    return { status: 204 };
  }
  state.tokens.clear();
  if (state.seal === "shamir" && state.key !== snapshotKey && !state.sameSeal) {
    Object.assign(state, { sealed: true, key: snapshotKey });
  }
  return { status: 204 };
}

function connection(): VaultConnection {
  const place = { environment: "kind", local: false };
  return {
    place,
    active: vault.client,
    servers: [{ name: "vault-0", client: vault.client }],
    config: cluster.config,
  };
}

/** The same, stopped by a signal. */
function stoppable(signal: AbortSignal): VaultConnection {
  const client = new VaultClient({ address: vault.address, signal });
  return { ...connection(), active: client, servers: [{ name: "vault-0", client }] };
}

/** Runs a restore that is answered with these shares, one list for each question. */
async function run(...answers: (readonly string[])[]) {
  return runAt(connection(), undefined, ...answers);
}

async function runAt(at: VaultConnection, signal: AbortSignal | undefined, ...answers: (readonly string[])[]) {
  const questions: string[] = [];
  const plan = await planRestore(at, file);
  const done = restore(at, plan, {
    signal,
    askKeys: async (reason) => {
      questions.push(reason);
      const keys = answers.shift();
      if (keys === undefined) throw new Error("nobody answers");
      return keys;
    },
    report: () => undefined,
  });
  return { plan, questions, done };
}

const uploads = () =>
  vault.seen.filter(({ path, method }) => method === "POST" && path.includes("raft")).map(({ path }) => path);

test("a running Vault takes its own snapshot by a root token that is gone afterwards", async () => {
  const { plan, questions, done } = await run([ownKey]);
  await done;
  expect(plan.replaces).toMatch(/16 writes were made since the snapshot and are lost/);
  expect(questions).toEqual([expect.stringMatching(/root token .* unseal keys/)]);
  expect(uploads()).toEqual(["sys/storage/raft/snapshot"]);
  expect([...state.tokens]).toEqual([]);
});

test("a Vault that asks nobody for a token to begin a root token needs no role for it", async () => {
  Object.assign(state, { guarded: false, role: false });
  await (await run([ownKey])).done;
  expect(uploads()).toEqual(["sys/storage/raft/snapshot"]);
});

test("a Vault that asks for one and does not know the role is not touched", async () => {
  Object.assign(state, { role: false });
  await expect((await run([ownKey])).done).rejects.toThrow(/403: permission denied/);
  expect(uploads()).toEqual([]);
});

test("a Vault with other keys is asked for those of the snapshot before its data is replaced", async () => {
  state.sameSeal = false;
  const { questions, done } = await run([ownKey]);
  await expect(done).rejects.toThrow("nobody answers");
  expect(questions).toHaveLength(2);
  expect(uploads()).toEqual(["sys/storage/raft/snapshot"]);
  expect(state.key).toBe(ownKey);
  expect([...state.tokens]).toEqual([]);
});

test("a Vault with other keys is opened with those of the snapshot", async () => {
  state.sameSeal = false;
  await (await run([ownKey], [snapshotKey])).done;
  expect(uploads().at(-1)).toBe("sys/storage/raft/snapshot-force");
  expect(state).toMatchObject({ sealed: false, key: snapshotKey });
});

test("a Vault that lost its data is initialized for the moment and opened with the keys of the snapshot", async () => {
  Object.assign(state, { initialized: false, sealed: true, sameSeal: false });
  const { plan, questions, done } = await run([snapshotKey]);
  await done;
  expect(plan).toMatchObject({ kind: "initialize", replaces: expect.stringContaining("nothing is lost") });
  expect(questions).toHaveLength(1);
  expect(state).toMatchObject({ sealed: false, key: snapshotKey });
});

test("wrong keys of the snapshot leave it restored and sealed, and say how to open it", async () => {
  Object.assign(state, { initialized: false, sealed: true, sameSeal: false });
  await expect((await run(["d4".repeat(32)])).done).rejects.toThrow(
    /snapshot is restored, and Vault is sealed .*terralake vault unseal kind --keys-from-stdin/,
  );
});

test("a key service opens a restored Vault by itself, and a lost one asks for no keys at all", async () => {
  Object.assign(state, { initialized: false, sealed: true, seal: "gcpckms" });
  const { questions, done } = await run();
  await done;
  expect(questions).toEqual([]);
  const [init] = vault.seen.filter(({ path }) => path === "sys/init");
  expect(init?.body).toEqual({ recovery_shares: 1, recovery_threshold: 1 });
  expect(uploads()).toEqual(["sys/storage/raft/snapshot"]);
});

test("a snapshot that the key service could not open is refused, and nothing is forced", async () => {
  Object.assign(state, { seal: "gcpckms", sameSeal: false });
  await expect((await run(["recovery"])).done).rejects.toThrow(/sealed with another key of the key service/);
  expect(uploads()).toEqual(["sys/storage/raft/snapshot"]);
  expect([...state.tokens]).toEqual([]);
});

test("a lost Vault whose restore fails says that nobody has its keys, and what to delete", async () => {
  Object.assign(state, { initialized: false, sealed: true, seal: "gcpckms", sameSeal: false });
  await expect((await run()).done).rejects.toThrow(/sealed with another key.*nobody has its keys: delete its volume/s);
});

test("a Vault that did not apply the snapshot is not called restored, and keeps no root token", async () => {
  state.applies = false;
  await expect((await run([ownKey], [ownKey])).done).rejects.toThrow(/did not apply the snapshot/);
  expect([...state.tokens]).toEqual([]);
});

test("a sealed Vault is to be opened first", async () => {
  state.sealed = true;
  await expect(planRestore(connection(), file)).rejects.toThrow(/sealed: vault-0; .*terralake vault unseal kind/);
});

test("a file that is no snapshot is refused before Vault is asked anything", async () => {
  const broken = join(folder, "broken.snap");
  writeFileSync(broken, "hello");
  await expect(planRestore(connection(), broken)).rejects.toThrow(/no whole snapshot/);
  expect(vault.seen).toEqual([]);
});

describe("a run that is stopped", () => {
  /** Stops the run once a path was answered. */
  function stopAfter(suffix: string): AbortSignal {
    const controller = new AbortController();
    onAnswer = (path) => {
      if (path.endsWith(suffix)) controller.abort();
    };
    return controller.signal;
  }

  const sent = {
    name: "OperationError",
    message: expect.stringMatching(
      /^the snapshot was sent; .*terralake vault status kind, then terralake vault unseal kind --keys-from-stdin /,
    ),
  };

  test("during the initialization still gives Vault the snapshot, and says so", async () => {
    Object.assign(state, { initialized: false, sealed: true, sameSeal: false });
    const signal = stopAfter("sys/init");
    await expect((await runAt(stoppable(signal), signal, [snapshotKey])).done).rejects.toMatchObject(sent);
    expect(uploads()).toEqual(["sys/storage/raft/snapshot-force"]);
    expect(state.key).toBe(snapshotKey);
  });

  test("before the upload is answered says that Vault may have changed", async () => {
    const signal = stopAfter("raft/snapshot");
    await expect((await runAt(stoppable(signal), signal, [ownKey])).done).rejects.toMatchObject({
      name: "OperationError",
      message: expect.stringMatching(/on its way: .*terralake vault status kind/),
    });
    expect([...state.tokens]).toEqual([]);
  });

  test("while Vault applies the snapshot says that it was sent", async () => {
    const signal = stopAfter("token/lookup-self");
    await expect((await runAt(stoppable(signal), signal, [ownKey])).done).rejects.toMatchObject(sent);
    expect([...state.tokens]).toEqual([]);
  });

  test("by Ctrl-C at the question for the snapshot's keys says that it was sent", async () => {
    Object.assign(state, { initialized: false, sealed: true, sameSeal: false });
    const controller = new AbortController();
    const at = stoppable(controller.signal);
    const plan = await planRestore(at, file);
    const askKeys = async () => {
      controller.abort();
      throw new Error("stopped");
    };
    const done = restore(at, plan, { askKeys, report: () => undefined, signal: controller.signal });
    await expect(done).rejects.toMatchObject(sent);
  });

  test("before anything was sent has nothing to say, and leaves no root token", async () => {
    const signal = stopAfter("generate-root/update");
    await expect((await runAt(stoppable(signal), signal, [ownKey])).done).rejects.toThrow();
    expect(uploads()).toEqual([]);
    expect([...state.tokens]).toEqual([]);
  });
});

test("keys that nobody gives leave it restored and sealed, which is said", async () => {
  Object.assign(state, { initialized: false, sealed: true, sameSeal: false });
  await expect((await run()).done).rejects.toThrow(/snapshot is restored, and Vault is sealed \(nobody answers\)/);
});

describe("the cluster", () => {
  test("is named with context and server before anything is replaced", async () => {
    const { replaces } = await planRestore(connection(), file);
    expect(replaces).toContain(`context kind-kind, server ${cluster.server.address}: all data`);
    const other = await planRestore({ ...connection(), foreignContext: "kind-kind" }, file);
    expect(other.replaces).toContain("context kind-kind (not kind's own), server");
  });

  test("of another context than a local environment's own is refused", async () => {
    const local = {
      ...connection(),
      place: { environment: "kind", local: true },
      foreignContext: "kind-other",
    };
    await expect(planRestore(local, file)).rejects.toThrow('context "kind-other" is not that of kind');
    const plan = await planRestore(connection(), file);
    const before = vault.seen.length;
    await expect(restore(local, plan, { askKeys: async () => [], report: () => undefined })).rejects.toThrow(
      "a restore is refused there",
    );
    expect(vault.seen).toHaveLength(before);
  });
});

describe("a server that does not answer", () => {
  const away = { name: "vault-1", client: new VaultClient({ address: "http://127.0.0.1:1" }) };
  const both = (): VaultConnection => {
    const { servers, ...others } = connection();
    return { ...others, servers: [away, ...servers] };
  };

  test("does not keep an active one from being restored", async () => {
    expect(await planRestore(both(), file)).toMatchObject({ kind: "replace", server: { name: "vault-0" } });
    await (await runAt(both(), undefined, [ownKey])).done;
    expect([...state.tokens]).toEqual([]);
  });

  test("may hold the data, so Vault is not initialized without it", async () => {
    Object.assign(state, { initialized: false, sealed: true });
    await expect(planRestore(both(), file)).rejects.toThrow(
      /whether Vault has lost its data is not known, .*vault-1 \(.*ECONNREFUSED/,
    );
  });

  test("is named where no server is active", async () => {
    state.sealed = true;
    await expect(planRestore(both(), file)).rejects.toThrow(/sealed: vault-0, without an answer: vault-1 \(/);
  });

  test("is the cluster's failure where no server answers", async () => {
    await expect(planRestore({ ...connection(), servers: [away] }, file)).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });
});
