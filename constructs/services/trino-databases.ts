import { type KubernetesObject, serviceCertificate } from "../kubernetes";
import { type DatabaseRole, dynamicSecret } from "../vault";
import type { PodsEnd, SqlDatabase } from "./contracts";
import type { ServiceContext } from "./service-context";

/** What Trino's chart and its release of objects need, so that Trino reads databases. */
export interface TrinoDatabases {
  /** A catalogue's file by its name, which is the name of the database. */
  readonly catalogs: { readonly [name: string]: string };
  readonly objects: readonly KubernetesObject[];
  /** Environment variables of all servers. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** Values `secretMounts` of the chart. */
  readonly secretMounts: readonly { readonly name: string; readonly secretName: string; readonly path: string }[];
}

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
 * @throws PlatformError by the engine for a database without credentials
 * @see https://www.postgresql.org/docs/17/libpq-pgservice.html
 * @see https://github.com/pgjdbc/pgjdbc/blob/REL42.7.8/pgjdbc/src/main/java/org/postgresql/jdbcurlresolver/PgServiceConfParser.java
 */
export function trinoDatabases(
  context: ServiceContext,
  trino: PodsEnd,
  databases: readonly { readonly database: SqlDatabase; readonly role: DatabaseRole }[],
): TrinoDatabases {
  if (databases.length === 0) {
    return { catalogs: {}, objects: [], env: [], secretMounts: [] };
  }
  const { namespace } = trino;
  const name = `${trino.name}-databases`;
  const certificate = `${name}-tls`;
  const secret = dynamicSecret({
    name,
    namespace,
    vaultIssuer: context.vaultIssuer,
    roles: Object.fromEntries(databases.map(({ database, role }) => [database.database, role])),
    composed: { [serviceFile]: databases.map(({ database }) => serviceOf(database.database)).join("\n") },
  });
  return {
    catalogs: Object.fromEntries(
      databases.map(({ database }) => [
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
  };
}

function addressOf({ jdbcUrl, verifiedJdbcUrl }: SqlDatabase): string {
  return verifiedJdbcUrl?.(`${tlsFolder}/ca.crt`) ?? jdbcUrl;
}

/** A section of the file, as a template of External Secrets. */
function serviceOf(database: string): string {
  return `[${database}]\nuser={{ .${database}_username }}\npassword={{ .${database}_password }}\n`;
}
