import type { IConstruct } from "constructs";
import { serviceCertificate } from "../../kubernetes";
import { PlatformError } from "../../terraform";
import { type DatabaseRole, dynamicSecret } from "../../vault";
import type { PodsEnd, SqlDatabase } from "../contracts";
import type { ServiceContext } from "../service-context";
import type { TrinoPart } from "./parts";

/** Folder of the file with the credentials. */
const folder = "/etc/trino-databases";

/** The file: the driver reads it at each connection, so a new credential needs no restart. */
const serviceFile = "pg_service.conf";

/** Folder of the certificate of the services' authority. */
const tlsFolder = "/etc/trino-databases-tls";

/**
 * A catalogue for each database, read with credentials of Vault's database engine.
 *
 * PostgreSQL's driver takes user and password of a `service` from a file and reads it for each connection; the kubelet
 * replaces the file when its Secret changes. Trino's own providers of credentials read them once, at the start.
 *
 * @throws PlatformError for a database without credentials for a time
 * @see https://www.postgresql.org/docs/17/libpq-pgservice.html
 * @see https://github.com/pgjdbc/pgjdbc/blob/REL42.7.8/pgjdbc/src/main/java/org/postgresql/jdbcurlresolver/PgServiceConfParser.java
 */
export function databaseCatalogs(
  scope: IConstruct,
  context: ServiceContext,
  trino: PodsEnd,
  databases: readonly SqlDatabase[],
): TrinoPart {
  if (databases.length === 0) {
    return { catalogs: {}, calls: [] };
  }
  const { namespace } = trino;
  const name = `${trino.name}-databases`;
  const certificate = `${name}-tls`;
  const secret = dynamicSecret({
    name,
    namespace,
    vaultIssuer: context.vaultIssuer,
    roles: Object.fromEntries(databases.map((database) => [database.database, reads(scope, database)])),
    composed: { [serviceFile]: databases.map(({ database }) => serviceOf(database)).join("\n") },
  });
  return {
    catalogs: Object.fromEntries(
      databases.map((database) => [
        database.database,
        ["connector.name=postgresql", `connection-url=${addressOf(database)}&service=${database.database}`].join("\n"),
      ]),
    ),
    objects: [
      ...secret.objects,
      serviceCertificate({
        name: certificate,
        namespace,
        issuer: context.certificates.issuer,
        dnsNames: [`${name}.${namespace.name}.svc`],
      }),
    ],
    env: [{ name: "PGSERVICEFILE", value: `${folder}/${serviceFile}` }],
    secretMounts: [
      { name, secretName: secret.name, path: folder },
      { name: certificate, secretName: certificate, path: tlsFolder },
    ],
    calls: databases.map(({ server }) => ({ from: "all servers", to: server, reason: "reads databases" })),
    dependsOn: [context.certificates.resource, ...databases.map(({ resource }) => resource)],
  };
}

function reads(scope: IConstruct, { database, engine, leases }: SqlDatabase): DatabaseRole {
  if (!leases || engine !== "postgresql") {
    throw new PlatformError(
      scope,
      `database "${database}" ${leases ? `is of ${engine}` : "has no credentials for a time"}`,
      "let Vault keep the secrets, or leave the database out of trino.databases",
    );
  }
  return leases.readOnly;
}

function addressOf({ jdbcUrl, verifiedJdbcUrl }: SqlDatabase): string {
  return verifiedJdbcUrl?.(`${tlsFolder}/ca.crt`) ?? jdbcUrl;
}

/** A section of the file, as a template of External Secrets. */
function serviceOf(database: string): string {
  return `[${database}]\nuser={{ .${database}_username }}\npassword={{ .${database}_password }}\n`;
}
