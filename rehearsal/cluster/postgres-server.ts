import { randomBytes } from "node:crypto";
import { access, appendFile, constants, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { ClusterError } from "./cluster-error";
import { assertPortsFree } from "./ports";
import type { ProcessGroup, SupervisedProcess } from "./processes";

/** The programs of a PostgreSQL that this machine has. */
export interface PostgresPrograms {
  readonly postgres: string;
  readonly initdb: string;
  readonly psql: string;
  /** As the program says it, such as `postgres (PostgreSQL) 15.18`. */
  readonly version: string;
}

export interface PostgresServerOptions {
  readonly programs: PostgresPrograms;
  readonly group: ProcessGroup;
  /** Folder for data and log; absolute. */
  readonly folder: string;
  readonly port: number;
  /** Certificate and key of the server, PEM. */
  readonly certificate: string;
  readonly key: string;
  /** Lines of `pg_hba.conf` that come first, as the cluster has them. */
  readonly firstRules: readonly string[];
}

/** Who connects to what, and whom it trusts. */
export interface PostgresLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** File with the authority that must have signed the server's certificate. @default - the certificate is not checked */
  readonly caFile?: string;
}

/** A running server. */
export interface PostgresServer {
  readonly process: SupervisedProcess;
  /** Password of the superuser `postgres`. */
  readonly superuserPassword: string;
}

/** Where the packages of Debian and Ubuntu keep the programs of a server. */
const packages = "/usr/lib/postgresql";

const loopback = "127.0.0.1";

/** Looks for `postgres`, `initdb` and `psql`. @returns the names of those that are missing, when some are */
export async function findPostgres(
  path: string = process.env.PATH ?? "",
  packageFolder: string = packages,
): Promise<PostgresPrograms | { readonly missing: readonly string[] }> {
  const versions = await readdir(packageFolder).catch(() => []);
  const newestFirst = versions.sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a));
  const folders = [...path.split(delimiter), ...newestFirst.map((version) => join(packageFolder, version, "bin"))];
  const find = async (name: string): Promise<string | undefined> => {
    for (const folder of folders.filter((each) => each !== "")) {
      const file = join(folder, name);
      if (
        await access(file, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return file;
    }
    return undefined;
  };
  const [postgres, initdb, psql] = await Promise.all([find("postgres"), find("initdb"), find("psql")]);
  if (!postgres || !initdb || !psql) {
    return { missing: Object.entries({ postgres, initdb, psql }).flatMap(([name, file]) => (file ? [] : [name])) };
  }
  const { stdout } = await execa(postgres, ["--version"]);
  return { postgres, initdb, psql, version: stdout.trim() };
}

/** Starts a real PostgreSQL with TLS and an empty set of databases. */
export async function startPostgres(options: PostgresServerOptions): Promise<PostgresServer> {
  const { programs, group, folder, port } = options;
  await assertPortsFree([{ port, by: "postgres" }]);
  const data = join(folder, "data");
  const superuserPassword = randomBytes(24).toString("hex");
  await rm(data, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, "superuser");
  await writeFile(passwordFile, superuserPassword, { mode: 0o600 });
  const [command, ...args] = unprivileged(programs.initdb, [
    `--pgdata=${data}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--no-locale",
    "--no-sync",
  ]);
  const made = await execa(command, args, { reject: false, all: true });
  if (made.exitCode !== 0) throw new ClusterError(`initdb failed: ${made.all ?? ""}`);
  await writeFile(join(data, "server.crt"), options.certificate, { mode: 0o600 });
  await writeFile(join(data, "server.key"), options.key, { mode: 0o600 });
  await writeFile(
    join(data, "pg_hba.conf"),
    [...options.firstRules, `hostssl all all ${loopback}/32 scram-sha-256`, ""].join("\n"),
    { mode: 0o600 },
  );
  await appendFile(
    join(data, "postgresql.conf"),
    [
      `listen_addresses = '${loopback}'`,
      `port = ${port}`,
      "unix_socket_directories = ''",
      "ssl = on",
      "fsync = off",
      // A statement that fails could hold a password.
      "log_min_error_statement = panic",
      "",
    ].join("\n"),
  );
  const superuser = { host: loopback, port, database: "postgres", user: "postgres", password: superuserPassword };
  const [server, ...serverArgs] = unprivileged(programs.postgres, ["-D", data]);
  const process = await group.start({
    name: "postgres",
    command: server,
    args: serverArgs,
    cwd: folder,
    logFile: join(folder, "postgres.log"),
    ready: async () => (await runSql(programs, superuser, "SELECT 1")).ok,
  });
  return { process, superuserPassword };
}

/** What a server answered. */
export interface SqlAnswer {
  readonly ok: boolean;
  /** Values without headers, a row a line; or what was wrong. */
  readonly text: string;
}

/** Runs SQL through the real client; neither password nor statements are in its arguments. */
export async function runSql(programs: PostgresPrograms, login: PostgresLogin, sql: string): Promise<SqlAnswer> {
  return psql(programs, login, { PGUSER: login.user, PGPASSWORD: login.password }, sql);
}

/** The same with user and password of a service file, as a driver reads it. */
export async function runSqlOfService(
  programs: PostgresPrograms,
  login: Omit<PostgresLogin, "user" | "password">,
  service: { readonly file: string; readonly name: string },
  sql: string,
): Promise<SqlAnswer> {
  return psql(programs, login, { PGSERVICEFILE: service.file, PGSERVICE: service.name }, sql);
}

async function psql(
  programs: PostgresPrograms,
  { host, port, database, caFile }: Omit<PostgresLogin, "user" | "password">,
  identity: Readonly<Record<string, string>>,
  sql: string,
): Promise<SqlAnswer> {
  const result = await execa(
    programs.psql,
    ["--no-psqlrc", "--no-password", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1"],
    {
      reject: false,
      input: sql,
      env: {
        PGHOST: host,
        PGPORT: String(port),
        PGDATABASE: database,
        PGSSLMODE: caFile === undefined ? "require" : "verify-full",
        PGSSLROOTCERT: caFile,
        PGCONNECT_TIMEOUT: "10",
        ...identity,
      },
    },
  );
  return result.exitCode === 0 ? { ok: true, text: result.stdout.trim() } : { ok: false, text: result.stderr.trim() };
}

/**
 * PostgreSQL refuses to run as root: inside a namespace of its own it is another user, while its files stay those of
 * whoever runs the rehearsal.
 */
function unprivileged(command: string, args: readonly string[]): [command: string, ...args: string[]] {
  return process.getuid?.() === 0
    ? ["unshare", "--user", "--map-user=1000", "--map-group=1000", command, ...args]
    : [command, ...args];
}
