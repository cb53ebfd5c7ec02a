import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { databaseAccess } from "../../constructs/vault";
import type { VaultClient } from "../../operations/vault/client";
import { type PostgresLogin, runSql, runSqlOfService, type SqlAnswer } from "../cluster/postgres-server";
import { readSecret } from "../cluster/secret-data";
import { externalSecretsOf } from "../inspect/read-back";
import type { PostgresNode } from "../postgres-node";
import { RehearsalError } from "../rehearsal-error";
import type { Proof, ProofContext } from "./proof";
import { login, type Reader, vaultLayer } from "./readers";
import { mustBeRefused } from "./refuse";

const { mount } = databaseAccess;
const creds = `${mount}/creds/`;

/** Life of a lease that is waited for, in seconds. */
const shortLease = 3;

/** Longest time that Vault may take to end a lease, in seconds; it looks every few. */
const patience = 30;

const table = "rehearsal_orders";
const read = `SELECT count(*) FROM ${table}`;
const write = `INSERT INTO ${table} VALUES (2)`;

/** A database with its role in Vault, and who may have its credentials. */
interface Case {
  readonly node: PostgresNode;
  readonly reader: Reader;
  /** Role of the database engine, such as `postgres-sales-read-only`. */
  readonly role: string;
  readonly database: string;
  readonly namespace: string;
}

/** A user of a real PostgreSQL is made by Vault's database engine, may do what its role says, and is gone after its lease. */
export const dynamicCredentials: Proof = {
  title: "a credential of the database engine works, and stops working after its lease",
  async run(context) {
    const { postgres: node } = context;
    const cases = node ? await casesOf(context, node) : [];
    for (const each of cases) {
      await makeTable(context, each);
      await delivered(context, each);
      await issued(context, each);
      await written(context, each);
      await endsByItself(context, each);
    }
    return cases.length === 0
      ? undefined
      : `${cases.map(({ role }) => role).join(", ")}: reads, may not write, is refused once its token or its lease of ${shortLease} s is over`;
  },
};

async function casesOf(context: ProofContext, node: PostgresNode): Promise<readonly Case[]> {
  const { readers } = await vaultLayer(context);
  const found = await context.withRoot((root) =>
    Promise.all(
      readers.flatMap((reader) =>
        reader.reads
          .filter((path) => path.startsWith(creds))
          .map(async (path): Promise<readonly Case[]> => {
            const role = path.slice(creds.length);
            const connection = String((await root.get(`${mount}/roles/${role}`))?.db_name);
            const details = (await root.get(`${mount}/config/${connection}`))?.connection_details;
            const url = String((details as { readonly connection_url?: string } | undefined)?.connection_url);
            const [, host, database = ""] = /@([^:/]+):\d+\/(\w+)/.exec(url) ?? [];
            const [, namespace = ""] = node.host.split(".");
            return host === node.host ? [{ node, reader, role, database, namespace }] : [];
          }),
      ),
    ),
  );
  return found.flat();
}

/** As the owner, after the credential that Trino has was made: rights on what comes later are part of the role. */
async function makeTable({ cluster }: ProofContext, each: Case): Promise<void> {
  const name = `postgres-${each.database.replaceAll("_", "-")}-role`;
  const { username = "", password = "" } = await readSecret(cluster, each.namespace, name);
  const sql = `CREATE TABLE ${table} (id integer); INSERT INTO ${table} VALUES (1)`;
  expectOk("the owner makes a table", await runSql(each.node.programs, loginOf(each, username, password), sql));
}

/** What External Secrets has put into the Secret of the consumer, read as its driver reads it. */
async function delivered({ cluster, plan }: ProofContext, each: Case): Promise<void> {
  const secret = (await externalSecretsOf(cluster)).find(({ spec }) =>
    (spec.dataFrom ?? []).some(({ sourceRef }) => sourceRef.generatorRef.name.endsWith(each.role)),
  );
  if (!secret) throw new RehearsalError(`no ExternalSecret asks for credentials of ${each.role}`);
  const { namespace } = secret.metadata;
  const { "pg_service.conf": content = "" } = await readSecret(cluster, namespace, secret.spec.target.name);
  const file = join(plan.folder, "cluster", "postgres", "pg_service.conf");
  await writeFile(file, content, { mode: 0o600 });
  const place = placeOf(each);
  const run = (sql: string) => runSqlOfService(each.node.programs, place, { file, name: each.database }, sql);
  expectOk(`${namespace}/${secret.spec.target.name} reads`, await run(read));
  expectRefused(`${namespace}/${secret.spec.target.name} writes`, await run(write), /permission denied/);
}

/** What the reader's own role is given ends with the token that asked for it; it is given nothing else. */
async function issued(context: ProofContext, each: Case): Promise<void> {
  const { client, run } = await credentialOf(context, each);
  expectOk(`${each.role} reads`, await run(read));
  expectRefused(`${each.role} writes`, await run(write), /permission denied/);
  expectRefused(`${each.role} makes a table`, await run("CREATE TABLE more (id integer)"), /permission denied/);
  for (const path of [`${creds}${otherRole(each)}`, `${mount}/roles/${each.role}`]) {
    await mustBeRefused(`${each.reader.role} reads ${path}`, () => client.get(path));
  }
  await client.revokeSelf();
  await untilRefused(`${each.role} after its token`, () => run(read), context.signal);
}

/** The other role changes rows and makes no tables. */
async function written(context: ProofContext, each: Case): Promise<void> {
  await context.withRoot(async (root) => {
    const { run } = await credential(context, each, root, otherRole(each));
    expectOk(`${otherRole(each)} writes`, await run(write));
    expectRefused(`${otherRole(each)} makes a table`, await run("CREATE TABLE more (id integer)"), /permission denied/);
  });
}

/** Nobody revokes anything: the lease ends, the user is gone, and so are its sessions. */
async function endsByItself(context: ProofContext, each: Case): Promise<void> {
  const path = `${mount}/roles/${each.role}`;
  const before = await context.withRoot(async (root) => {
    const found = await root.get(path);
    await root.put(path, { ...found, default_ttl: shortLease });
    return found;
  });
  try {
    const { client, user, run } = await credentialOf(context, each);
    expectOk(`${each.role} with a short lease reads`, await run(read));
    await untilRefused(`${each.role} after its lease`, () => run(read), context.signal);
    const superuser = loginOf(each, "postgres", each.node.superuserPassword);
    const left = await runSql(each.node.programs, superuser, `SELECT count(*) FROM pg_roles WHERE rolname = '${user}'`);
    if (left.text !== "0") throw new RehearsalError(`the user of ${each.role} is still there after its lease`);
    // The token still lives: it was the lease that ended.
    await client.get("auth/token/lookup-self");
    await client.revokeSelf();
  } finally {
    await context.withRoot((root) => root.put(path, { ...before }));
  }
}

async function credentialOf(context: ProofContext, each: Case) {
  const [account] = each.reader.accounts;
  if (!account) throw new RehearsalError(`role ${each.reader.role} is bound to no account`);
  const client = await login(context, each.reader.role, account);
  return { client, ...(await credential(context, each, client, each.role)) };
}

async function credential({ remember }: ProofContext, each: Case, client: VaultClient, role: string) {
  const data = await client.get(`${creds}${role}`);
  const user = String(data?.username);
  const password = String(data?.password);
  remember(`${creds}${role}#password`, password);
  const login = loginOf(each, user, password);
  return { user, run: (sql: string) => runSql(each.node.programs, login, sql) };
}

function otherRole({ role }: Case): string {
  return role.replace(/read-only$/, "read-write");
}

/** By the name that its certificate has, which is checked. */
function placeOf({ node, database }: Case) {
  return { host: node.host, port: node.port, database, caFile: node.caFile };
}

function loginOf(each: Case, user: string, password: string): PostgresLogin {
  return { ...placeOf(each), user, password };
}

function expectOk(what: string, { ok, text }: SqlAnswer): void {
  if (!ok) throw new RehearsalError(`${what}: ${text}`);
}

function expectRefused(what: string, { ok, text }: SqlAnswer, reason: RegExp): void {
  if (ok) throw new RehearsalError(`PostgreSQL does what it must refuse: ${what}`);
  if (!reason.test(text)) throw new RehearsalError(`${what} fails for another reason: ${text}`);
}

async function untilRefused(what: string, run: () => Promise<SqlAnswer>, signal: AbortSignal): Promise<void> {
  const end = Date.now() + patience * 1000;
  for (;;) {
    const { ok, text } = await run();
    // In between, a session that was just open is ended, or has lost its rights with its user.
    if (!ok && /password authentication failed/.test(text)) return;
    if (Date.now() > end) {
      throw new RehearsalError(`PostgreSQL does not refuse ${what} and ${patience} s: ${ok ? "it answers" : text}`);
    }
    await sleep(250, undefined, { signal });
  }
}
