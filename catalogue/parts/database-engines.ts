import type { QueryEngine, SqlDatabase } from "../../constructs/services";
import type { ServiceSite } from "../definition";

/** The environment's own databases as tools of its people connect to them: as owner, over TLS. */
export function databaseEngines({ offers }: Pick<ServiceSite, "offers">): readonly QueryEngine[] {
  return offers.flatMap(({ service, databases = [] }) => databases.map((database) => engine(service, database)));
}

function engine(
  service: string,
  { engine: dialect, username, password, verifiedJdbcUrl, ...of }: SqlDatabase,
): QueryEngine {
  return {
    name: `${service}-${of.database.replaceAll("_", "-")}`,
    dialect,
    host: of.host,
    port: of.port,
    // A client that checks certificates has to know the authority.
    tls: verifiedJdbcUrl !== undefined,
    database: of.database,
    user: { name: username, password },
    server: of.server,
    resource: of.resource,
  };
}
