import type { IConstruct } from "constructs";
import { PlatformError } from "../../terraform";
import type { QueryEngine } from "../contracts";
import { authorityFile, fromEnvironment, type TrinoPart, variableName } from "./parts";

/**
 * Other engines as catalogues of their names: ClickHouse so far.
 *
 * @throws PlatformError for an engine that Trino has no connector for and for one without a user
 * @see https://trino.io/docs/current/connector/clickhouse.html
 */
export function engineCatalogs(scope: IConstruct, engines: readonly QueryEngine[]): TrinoPart {
  const parts = engines.map((engine) => clickHouse(scope, engine));
  return {
    catalogs: Object.fromEntries(parts.flatMap(({ catalogs }) => Object.entries(catalogs))),
    secrets: parts.flatMap(({ secrets = [] }) => secrets),
    authority: engines.some(({ tls }) => tls),
    calls: parts.flatMap(({ calls }) => calls),
    dependsOn: engines.map(({ resource }) => resource),
  };
}

function clickHouse(scope: IConstruct, engine: QueryEngine): TrinoPart {
  const { name, dialect, user, host, port, tls } = engine;
  if (dialect !== "clickhousedb" || !user) {
    throw new PlatformError(
      scope,
      `engine "${name}" ${user ? `speaks ${dialect}` : "has no user"}`,
      "leave it out of Trino's engines",
    );
  }
  const variable = variableName(name);
  const address = `jdbc:clickhouse://${host}:${port}/`;
  return {
    catalogs: {
      [name]: [
        "connector.name=clickhouse",
        `connection-url=${tls ? `${address}?ssl=true&sslmode=strict&sslrootcert=${authorityFile}` : address}`,
        `connection-user=${typeof user.name === "string" ? user.name : fromEnvironment(`${variable}_USER`)}`,
        `connection-password=${fromEnvironment(`${variable}_PASSWORD`)}`,
      ].join("\n"),
    },
    secrets: [
      [`${variable}_PASSWORD`, user.password],
      ...(typeof user.name === "string" ? [] : [[`${variable}_USER`, user.name] as const]),
    ],
    calls: [{ from: "all servers", to: engine.server, reason: "reads tables of another engine" }],
  };
}
