import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres, type PostgresPrograms, runSql } from "../../../rehearsal/cluster/postgres-server";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "postgres-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, body: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

describe("PostgreSQL on this machine", () => {
  it("is found by its programs", async () => {
    for (const name of ["postgres", "initdb", "psql"]) await program(name, "echo 'postgres (PostgreSQL) 17.6'");
    expect(await findPostgres(folder, join(folder, "none"))).toMatchObject({
      postgres: join(folder, "postgres"),
      version: "postgres (PostgreSQL) 17.6",
    });
  });

  it("is found in the packages' folders, the newest first", async () => {
    const packages = join(folder, "packages");
    for (const version of ["9.6", "15", "17"]) {
      await mkdir(join(packages, version, "bin"), { recursive: true });
      for (const name of ["postgres", "initdb", "psql"]) {
        await program(join("packages", version, "bin", name), `echo ${version}`);
      }
    }
    expect(await findPostgres("", packages)).toMatchObject({ version: "17" });
  });

  it("is missed by the names of what is not there", async () => {
    await program("psql", "true");
    expect(await findPostgres(folder, join(folder, "none"))).toEqual({ missing: ["postgres", "initdb"] });
  });

  it("is asked without a password or a statement in the arguments of the client", async () => {
    const psql = await program("psql", 'echo "$@"; echo "$PGUSER $PGPASSWORD $PGSSLMODE"; cat');
    const login = { host: "db", port: 5432, database: "sales", user: "reader", password: "secret-word", caFile: "/ca" };
    const { text } = await runSql({ psql } as PostgresPrograms, login, "SELECT 1");
    const [args = "", ...rest] = text.split("\n");
    expect(args).not.toMatch(/secret-word|SELECT/);
    expect(rest).toEqual(["reader secret-word verify-full", "SELECT 1"]);
  });
});
