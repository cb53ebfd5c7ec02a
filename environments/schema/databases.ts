import { field, list } from "./field";

/** Name of a database, of its owner and of its catalogue. */
export const databaseName = {
  pattern: /^[a-z][a-z0-9_]{0,40}$/,
  allowed: "at most 41 lower-case letters, digits and underscores, starting with a letter",
};

/** Databases, owners and catalogues that are there without being asked for, by who has them. */
const taken: Readonly<Record<string, string>> = {
  app: "CloudNativePG's first database",
  postgres: "PostgreSQL",
  template0: "PostgreSQL",
  template1: "PostgreSQL",
  streaming_replica: "CloudNativePG",
  nessie: "the service nessie",
  polaris: "the service polaris",
  lakekeeper: "the service lakekeeper",
  hive: "the service hiveMetastore",
  kyuubi: "the service kyuubi",
  airflow: "the service airflow",
  superset: "the service superset",
  schema_registry: "the service schemaRegistry",
  jupyterhub: "the service jupyterhub",
  lake: "the catalogue of Iceberg tables",
  system: "Trino",
};

/** Beginnings of the names of roles that PostgreSQL and CloudNativePG keep for themselves; a database's owner has its name. */
const takenBeginnings = ["pg_", "cnpg_"];

function problem(name: string): string | undefined {
  const beginning = takenBeginnings.find((each) => name.startsWith(each));
  return beginning ? `names with ${beginning}` : taken[name];
}

/** Names of databases that the environment's users have for themselves. */
export const databasesInput = list(
  field<string>({
    accepts: (v): v is string => typeof v === "string" && databaseName.pattern.test(v) && problem(v) === undefined,
    allowed: `${databaseName.allowed}, and no name that is taken`,
    next: (given) => {
      const owner = typeof given === "string" ? problem(given) : undefined;
      return owner ? `use another one: it is taken (${owner})` : "use a name such as sales";
    },
  }),
  "databases",
).optional();
