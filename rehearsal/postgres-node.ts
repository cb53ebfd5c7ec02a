import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { operatorStatements, type PostgresCluster, postgresClusters } from "./cluster/cloudnative-pg";
import { ClusterError } from "./cluster/cluster-error";
import type { ControlPlane } from "./cluster/control-plane";
import { nameHosts } from "./cluster/host-names";
import { findPostgres, type PostgresPrograms, runSql, startPostgres } from "./cluster/postgres-server";
import type { ProcessGroup } from "./cluster/processes";
import { readSecret } from "./cluster/secret-data";
import { waitForCertificates } from "./inspect/certificates";
import type { RehearsalPlan } from "./prepare";
import { RehearsalError } from "./rehearsal-error";

/** Settings of {@link startPostgresNode}. */
export interface PostgresNodeOptions {
  readonly plan: Pick<RehearsalPlan, "folder" | "isolated">;
  readonly cluster: ControlPlane;
  readonly group: ProcessGroup;
  readonly signal: AbortSignal;
}

/** The PostgreSQL of a rehearsal, with the roles and databases that were applied. */
export interface PostgresNode {
  readonly programs: PostgresPrograms;
  /** Name by which the cluster's programs reach it. */
  readonly host: string;
  readonly port: number;
  readonly superuserPassword: string;
  /** File with the authority that signed the server's certificate. */
  readonly caFile: string;
}

/** The server, or why there is none. */
export interface PostgresOutcome {
  readonly node?: PostgresNode;
  /** What stood in for something else, or what is not shown, one sentence each. */
  readonly substitutes: readonly string[];
}

const port = 5432;
const waitMs = 60_000;

/** Runs a real PostgreSQL where the Cluster of CloudNativePG would run one, if this machine can. */
export async function startPostgresNode(options: PostgresNodeOptions): Promise<PostgresOutcome> {
  const { plan, cluster, group } = options;
  const [wanted, ...others] = await postgresClusters(cluster);
  if (!wanted) return { substitutes: [] };
  if (others.length > 0) throw new RehearsalError(`${others.length + 1} clusters of PostgreSQL: one can be rehearsed`);
  const programs = await findPostgres();
  const obstacle =
    "missing" in programs
      ? `this machine has no program ${programs.missing.join(" and ")} (package postgresql)`
      : plan.isolated
        ? undefined
        : "without namespaces the names of the cluster lead nowhere";
  if ("missing" in programs || obstacle !== undefined) {
    return { substitutes: [`no PostgreSQL runs, so no credential of the database engine is shown: ${obstacle}`] };
  }
  const { metadata, spec } = wanted;
  const host = `${metadata.name}-rw.${metadata.namespace}.svc`;
  const folder = join(plan.folder, "cluster", "postgres");
  const certificate = await serverCertificate(wanted, options);
  const { superuserPassword } = await startPostgres({
    programs,
    group,
    folder,
    port,
    certificate: certificate["tls.crt"] ?? "",
    key: certificate["tls.key"] ?? "",
    firstRules: spec.postgresql?.pg_hba ?? [],
  });
  await nameHosts([host], folder);
  const caFile = join(folder, "ca.crt");
  await writeFile(caFile, certificate["ca.crt"] ?? "");
  const node = { programs, host, port, superuserPassword, caFile };
  await actAsOperator(node, wanted, options);
  return {
    node,
    substitutes: [
      `stand-in for CloudNativePG: ${programs.version} on this machine, with the roles and databases that were applied`,
    ],
  };
}

/** The Secret of the server's certificate, once it is there. */
async function serverCertificate(
  { metadata: { name, namespace }, spec }: PostgresCluster,
  { cluster, signal }: PostgresNodeOptions,
): Promise<Readonly<Record<string, string>>> {
  const secret = spec.certificates?.serverTLSSecret;
  if (secret === undefined) throw new RehearsalError(`cluster ${namespace}/${name} names no secret with a certificate`);
  await waitForCertificates(cluster, signal);
  return readSecret(cluster, namespace, secret);
}

async function actAsOperator(
  { programs, host, superuserPassword: password }: PostgresNode,
  wanted: PostgresCluster,
  { cluster, signal }: PostgresNodeOptions,
): Promise<void> {
  const statements = await untilThere(() => operatorStatements(cluster, wanted), signal);
  const login = { host, port, database: "postgres", user: "postgres", password };
  for (const statement of statements) {
    const { ok, text } = await runSql(programs, login, statement);
    // The statement may hold a password.
    if (!ok) throw new RehearsalError(`PostgreSQL refuses what CloudNativePG would do: ${text.split("\n")[0]}`);
  }
}

/** Secrets come when External Secrets and the issuer have made them. */
async function untilThere<Result>(read: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  const end = Date.now() + waitMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ClusterError) || Date.now() > end) throw error;
    }
    await sleep(500, undefined, { signal });
  }
}
