import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type SnapshotDestination,
  snapshotMounts,
  snapshotScripts,
} from "../../../../constructs/vault/snapshots/snapshot-scripts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terralake-snapshots-"));
  for (const path of Object.values(snapshotMounts)) {
    mkdirSync(join(folder, path), { recursive: true });
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (mount: keyof typeof snapshotMounts, ...path: readonly string[]): string =>
  join(folder, snapshotMounts[mount], ...path);

/** Puts a program into the place of one that the image has; it notes how it was called. */
function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${folder}/calls\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** Runs a script on the folders of this test. */
function run(
  kind: SnapshotDestination["kind"],
  file: "save.sh" | "store.sh",
  env: { readonly [name: string]: string },
) {
  const mounts = new RegExp(`(${Object.values(snapshotMounts).join("|")})(?=/)`, "g");
  const script = snapshotScripts(kind)[file].replaceAll(mounts, (path) => join(folder, path));
  const { status, stderr } = spawnSync("sh", ["-c", script], {
    env: { PATH: `${folder}:${process.env.PATH}`, ...env },
    encoding: "utf8",
  });
  return { status, stderr };
}

const calls = (): readonly string[] => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

/** A Vault that takes snapshots and knows the keys of a bucket. */
const vault = `
case "$1 $2 $3" in
  "write -field=token auth/kubernetes/login") echo "token-of-$4" ;;
  "operator raft snapshot") echo content > "$5" ;;
  "kv get "*) echo "value of $4" ;;
esac`;

describe("save.sh", () => {
  it("logs in with the account's token for Vault, takes a snapshot and gives its own token back", () => {
    program("vault", vault);
    expect(run("volume", "save.sh", {})).toEqual({ status: 0, stderr: "" });
    const [name = "", ...others] = readdirSync(at("work"));
    expect(name).toMatch(/^vault-\d{8}-\d{6}\.snap$/);
    expect(others).toEqual([]);
    expect(calls()).toEqual([
      `vault write -field=token auth/kubernetes/login role=vault-snapshot jwt=@${at("token", "token")}`,
      expect.stringContaining("vault operator raft snapshot save"),
      "vault token revoke -self",
    ]);
  });

  it.each([
    ["the login is refused", '"write -field=token auth/kubernetes/login") exit 2 ;;'],
    ["the snapshot breaks off", '"operator raft snapshot") echo half > "$5"; exit 1 ;;'],
  ])("leaves no file with the name of a snapshot when %s", (_, failure) => {
    program("vault", vault.replace('case "$1 $2 $3" in', `case "$1 $2 $3" in\n  ${failure}`));
    expect(run("volume", "save.sh", {}).status).not.toBe(0);
    expect(readdirSync(at("work")).filter((file) => file.endsWith(".snap"))).toEqual([]);
  });

  it("fetches the keys of a bucket by a role of their own", () => {
    program("vault", vault);
    const env = { CREDENTIALS_ROLE: "reader", CREDENTIALS_MOUNT: "platform", CREDENTIALS_PATH: "vault/snapshots" };
    expect(run("s3", "save.sh", env)).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(at("credentials", "access_key_id"), "utf8")).toBe("value of -field=access_key_id\n");
    expect(readFileSync(at("credentials", "secret_access_key"), "utf8")).toBe("value of -field=secret_access_key\n");
    expect(calls().filter((call) => call.includes("login"))[1]).toContain("role=reader");
  });
});

const fresh = "vault-20990101-000000.snap";
const old = "vault-20000101-000000.snap";

function snapshotTaken(): void {
  writeFileSync(at("work", fresh), "content");
  writeFileSync(at("snapshots", old), "old");
  utimesSync(at("snapshots", old), 0, 0);
}

describe("store.sh on a volume", () => {
  it("keeps the snapshot and removes copies that are too old", () => {
    snapshotTaken();
    writeFileSync(at("snapshots", "vault-20990101-000001.snap"), "young");
    writeFileSync(at("snapshots", "half.part"), "left over");
    expect(run("volume", "store.sh", { KEEP_DAYS: "7" })).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(at("snapshots")).sort()).toEqual([fresh, "vault-20990101-000001.snap"]);
    expect(readFileSync(at("snapshots", fresh), "utf8")).toBe("content");
  });

  it.each([
    ["the copy is another one", "cmp"],
    ["the copy fails", "cp"],
  ])("removes nothing when %s", (_, failing) => {
    snapshotTaken();
    program(failing, "exit 1");
    expect(run("volume", "store.sh", { KEEP_DAYS: "7" }).status).not.toBe(0);
    expect(readdirSync(at("snapshots"))).toContain(old);
    expect(readdirSync(at("snapshots"))).not.toContain(fresh);
  });

  it("removes nothing when no snapshot was taken", () => {
    snapshotTaken();
    rmSync(at("work", fresh));
    expect(run("volume", "store.sh", { KEEP_DAYS: "7" }).status).not.toBe(0);
    expect(readdirSync(at("snapshots"))).toEqual([old]);
  });
});

describe("store.sh to a bucket of S3", () => {
  const env = { BUCKET: "example", FOLDER: "kind", KEEP_DAYS: "30" };

  beforeEach(() => {
    snapshotTaken();
    writeFileSync(at("credentials", "access_key_id"), "id\n");
    writeFileSync(at("credentials", "secret_access_key"), "key\n");
  });

  it("uploads, compares, and then removes what is older than it is kept", () => {
    program("rclone", '[ "$RCLONE_S3_ACCESS_KEY_ID:$RCLONE_S3_SECRET_ACCESS_KEY" = "id:key" ]');
    expect(run("s3", "store.sh", env)).toEqual({ status: 0, stderr: "" });
    expect(calls().map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual([
      "rclone copyto",
      "rclone check",
      "rclone delete",
    ]);
    expect(calls()[2]).toContain("--min-age 30d");
    expect(calls()[2]).toContain(":s3:example/kind");
  });

  it.each(["copyto", "check"])("removes nothing when %s fails", (failing) => {
    program("rclone", `[ "$1" != ${failing} ]`);
    expect(run("s3", "store.sh", env).status).not.toBe(0);
    expect(calls().some((call) => call.startsWith("rclone delete"))).toBe(false);
  });
});

describe("store.sh to a bucket of Google Cloud", () => {
  it("uploads without looking at what is there, and removes nothing", () => {
    snapshotTaken();
    program("rclone", "true");
    expect(run("gcs", "store.sh", { BUCKET: "example" })).toEqual({ status: 0, stderr: "" });
    expect(calls()).toEqual([`rclone copyto --no-check-dest ${at("work", fresh)} :gcs:example/${fresh}`]);
  });
});
