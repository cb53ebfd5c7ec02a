import type { ServicesInput } from "../environments/schema";
import { withOverrides } from "./merge";

/**
 * A lakehouse on Iceberg tables: Nessie as catalogue (with Postgres behind it), an object store for the data, Trino
 * for SQL and the Spark operator for jobs, all in namespace `data-platform`.
 *
 * @param overrides settings to change or services to add
 */
export function iceberg(overrides: ServicesInput = {}): ServicesInput {
  const namespace = "data-platform";
  return withOverrides<ServicesInput>(
    {
      postgres: { namespace },
      objectStore: { namespace },
      nessie: { namespace },
      trino: { namespace },
      sparkOperator: { namespace },
    },
    overrides,
  );
}
