import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nessieBackupScripts, nessieJobMounts } from "../../../../constructs/services/nessie/backup-scripts";

type Script = keyof typeof nessieBackupScripts;

const complete = "-- PostgreSQL database dump complete\n";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "terralake-nessie-backup-"));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, nessieJobMounts.work));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...path: readonly string[]): string => join(folder, nessieJobMounts.work, ...path);

/** Puts a program into the place of one that the image has; it notes how it was called. */
function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${folder}/calls\n${text}\n`);
  chmodSync(join(folder, name), 0o755);
}

const calls = (): readonly string[] => {
  const file = join(folder, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};

/** Runs a script on the folders of this test. */
function run(file: Script, env: { readonly [name: string]: string } = {}, path = "") {
  const script = nessieBackupScripts[file].replaceAll(
    new RegExp(`${nessieJobMounts.work}(?=/)`, "g"),
    join(folder, nessieJobMounts.work),
  );
  const { status, stderr, stdout } = spawnSync("sh", ["-c", script], {
    env: { PATH: `${folder}:${path}:${process.env.PATH}`, ...env },
    encoding: "utf8",
  });
  return { status, stderr, stdout };
}

describe("dump.sh", () => {
  const dumping = `for option in "$@"; do case "$option" in --file=*) file="\${option#--file=}" ;; esac; done`;

  it("leaves one file with the time in UTC in its name", () => {
    program("pg_dump", `${dumping}\nprintf '%s' '${complete}' > "$file"`);
    expect(run("dump.sh")).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(at())).toEqual([expect.stringMatching(/^nessie-backup-\d{8}-\d{6}\.sql$/)]);
    expect(calls()[0]).toMatch(/^pg_dump --clean --if-exists --no-owner --no-privileges --file=/);
  });

  it.each([
    ["fails", `${dumping}\nprintf '%s' '${complete}' > "$file"; exit 1`],
    ["breaks off without an error", `${dumping}\necho 'CREATE TABLE' > "$file"`],
  ])("leaves no file with the name of a backup when the dump %s", (_, text) => {
    program("pg_dump", text);
    expect(run("dump.sh").status).not.toBe(0);
    expect(readdirSync(at()).filter((file) => file.endsWith(".sql"))).toEqual([]);
  });
});

describe("store.sh", () => {
  const env = { PROTOCOL: "s3", BUCKET: "nessie-backup", KEEP_DAYS: "30" };
  const name = "nessie-backup-20261120-020000.sql";

  it("uploads, compares, and then removes what is older than it is kept", () => {
    writeFileSync(at(name), complete);
    program("rclone", "true");
    expect(run("store.sh", env)).toMatchObject({ status: 0, stderr: "" });
    expect(calls()).toEqual([
      `rclone copyto ${at(name)} :s3:nessie-backup/${name}`,
      `rclone check --one-way --include /${name} ${at()}/ :s3:nessie-backup`,
      "rclone delete --use-server-modtime --min-age 30d --include /nessie-backup-*.sql :s3:nessie-backup",
    ]);
  });

  it("speaks the protocol of the bucket", () => {
    writeFileSync(at(name), complete);
    program("rclone", "true");
    expect(run("store.sh", { ...env, PROTOCOL: "gcs" }).status).toBe(0);
    expect(calls()[0]).toBe(`rclone copyto ${at(name)} :gcs:nessie-backup/${name}`);
  });

  it.each(["copyto", "check"])("removes nothing when %s fails", (failing) => {
    writeFileSync(at(name), complete);
    program("rclone", `[ "$1" != ${failing} ]`);
    expect(run("store.sh", env).status).not.toBe(0);
    expect(calls().some((call) => call.startsWith("rclone delete"))).toBe(false);
  });

  it("removes nothing when there is no dump", () => {
    program("rclone", '[ "$1" = delete ]');
    expect(run("store.sh", env).status).not.toBe(0);
    expect(calls().some((call) => call.startsWith("rclone delete"))).toBe(false);
  });
});

describe("fetch.sh", () => {
  const listed =
    "nessie-backup-20261119-020000.sql\nnessie-backup-20261121-020000.sql\nnessie-backup-20261120-020000.sql";
  const bucket = `case "$1" in lsf) printf '${listed.replaceAll("\n", "\\n")}\\n' ;; copyto) echo "$2" > "$3" ;; esac`;

  it.each([
    ["the newest backup", {}, "nessie-backup-20261121-020000.sql"],
    ["the backup that is named", { BACKUP: "nessie-backup-20261119-020000.sql" }, "nessie-backup-20261119-020000.sql"],
  ])("fetches %s", (_, env, expected) => {
    program("rclone", bucket);
    expect(run("fetch.sh", { PROTOCOL: "s3", BUCKET: "nessie-backup", ...env })).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(readFileSync(at("backup.sql"), "utf8")).toBe(`:s3:nessie-backup/${expected}\n`);
  });

  it.each([
    ["there is none", "true", {}, "there is no backup in nessie-backup\n"],
    ["another file is named", bucket, { BACKUP: "../other.sql" }, "../other.sql is no backup of Nessie\n"],
  ])("says so when %s", (_, text, env, stderr) => {
    program("rclone", text);
    expect(run("fetch.sh", { PROTOCOL: "s3", BUCKET: "nessie-backup", ...env })).toMatchObject({ status: 1, stderr });
    expect(existsSync(at("backup.sql"))).toBe(false);
  });
});

describe("load.sh", () => {
  it("loads nothing of a file that broke off", () => {
    writeFileSync(at("backup.sql"), "CREATE TABLE");
    program("psql", "echo 0");
    expect(run("load.sh").status).not.toBe(0);
    expect(calls()).toEqual([]);
  });

  it("loads nothing while somebody else is connected", () => {
    writeFileSync(at("backup.sql"), complete);
    program("psql", "echo 2");
    expect(run("load.sh")).toMatchObject({ status: 1, stderr: expect.stringContaining("stop Nessie first") });
    expect(calls()).toHaveLength(1);
  });
});

/** Where Debian keeps the programs of PostgreSQL. */
const versions = "/usr/lib/postgresql";
const binaries = existsSync(versions) ? join(versions, readdirSync(versions).sort().at(-1) ?? "", "bin") : undefined;

/** PostgreSQL does not run as root: the account of another user takes its place. */
const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

(binaries ? describe : describe.skip)("a database of PostgreSQL", () => {
  /** Data and socket of the server; another user has to reach them, and the folder of a run is its owner's alone. */
  let server: string;

  const postgres = (name: string, ...args: readonly string[]) => {
    const done = spawnSync(join(binaries ?? "", name), args, { encoding: "utf8", ...account, cwd: "/" });
    expect({ name, status: done.status, error: done.status === 0 ? "" : done.stderr }).toEqual({
      name,
      status: 0,
      error: "",
    });
    return done.stdout;
  };
  const sql = (user: string, text: string) =>
    postgres("psql", "-h", server, "-U", user, "-d", "nessie", "-AtqX", "-v", "ON_ERROR_STOP=1", "-c", text).trim();

  beforeEach(() => {
    server = mkdtempSync(account.uid === undefined ? join(tmpdir(), "nessie-") : "/tmp/terralake-nessie-");
    if (account.uid !== undefined) {
      chownSync(server, account.uid, account.gid);
    }
    postgres("initdb", "-D", join(server, "data"), "-U", "postgres", "-A", "trust", "--no-sync");
    const options = `-c listen_addresses='' -c unix_socket_directories='${server}' -c fsync=off`;
    postgres("pg_ctl", "-D", join(server, "data"), "-w", "-l", join(server, "log"), "-o", options, "start");
    const admin = (text: string) => postgres("psql", "-h", server, "-U", "postgres", "-d", "postgres", "-qXc", text);
    admin("CREATE ROLE nessie LOGIN");
    admin("CREATE DATABASE nessie OWNER nessie");
    sql("nessie", "CREATE TABLE refs2 (repo text, ref_name text, pointer bytea, PRIMARY KEY (repo, ref_name))");
    sql("nessie", `INSERT INTO refs2 VALUES ('', 'main', '\\x01'), ('', 'it''s "$HOME"', '\\x00ff')`);
  });

  afterEach(() => {
    postgres("pg_ctl", "-D", join(server, "data"), "-m", "immediate", "stop");
    rmSync(server, { recursive: true, force: true });
  });

  const env = () => ({ PGHOST: server, PGDATABASE: "nessie", PGUSER: "nessie" });

  const dumped = () => {
    expect(run("dump.sh", env(), binaries)).toMatchObject({ status: 0, stderr: "" });
    const [file = ""] = readdirSync(at());
    writeFileSync(at("backup.sql"), readFileSync(at(file)));
  };

  it("is what it was after a dump, a change and a restore by its owner", () => {
    const before = sql("nessie", "SELECT * FROM refs2 ORDER BY ref_name");
    dumped();
    sql("nessie", "DELETE FROM refs2 WHERE ref_name = 'main'; INSERT INTO refs2 VALUES ('', 'dev', '\\x02')");
    expect(run("load.sh", env(), binaries)).toEqual({ status: 0, stderr: "", stdout: "restored\n" });
    expect(sql("nessie", "SELECT * FROM refs2 ORDER BY ref_name")).toBe(before);
    expect(sql("nessie", "SELECT tableowner FROM pg_tables WHERE tablename = 'refs2'")).toBe("nessie");
  });

  it("is restored where it has been lost", () => {
    const before = sql("nessie", "SELECT * FROM refs2 ORDER BY ref_name");
    dumped();
    sql("nessie", "DROP TABLE refs2");
    expect(run("load.sh", env(), binaries)).toMatchObject({ status: 0, stderr: "" });
    expect(sql("nessie", "SELECT * FROM refs2 ORDER BY ref_name")).toBe(before);
  });

  it("keeps what it has when a statement of the backup fails", () => {
    dumped();
    sql("nessie", "INSERT INTO refs2 VALUES ('', 'dev', '\\x02')");
    const half = readFileSync(at("backup.sql"), "utf8").replace(/^ALTER TABLE ONLY.*$/m, "ALTER TABLE no_such_table");
    writeFileSync(at("backup.sql"), half);
    expect(run("load.sh", env(), binaries).status).not.toBe(0);
    expect(sql("nessie", "SELECT count(*) FROM refs2")).toBe("3");
  });
});
