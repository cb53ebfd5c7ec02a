import type { ServicesInput } from "../environments/schema";
import { withOverrides } from "./merge";

/**
 * A lakehouse on Iceberg tables: Nessie as catalogue (with Postgres behind it, dumped every night), an object store for the
 * data, Trino for SQL, the Spark operator for jobs and a pod in which people run Spark, all in namespace `data-platform`.
 *
 * @param overrides settings to change or services to add
 */
export function iceberg(overrides: ServicesInput = {}): ServicesInput {
  const namespace = "data-platform";
  return withOverrides<ServicesInput>(
    {
      postgres: { namespace },
      objectStore: {
        namespace,
        // What was overwritten or removed by mistake can be had back for a month.
        buckets: { "iceberg-test": { versioning: true, lifecycle: [{ noncurrentDays: 30 }] } },
      },
      nessie: { namespace, backup: { schedule: "0 2 * * *", bucket: "nessie-backup" } },
      trino: { namespace },
      sparkOperator: { namespace },
      // No cluster: the client spark-iceberg-client computes in its own process.
      spark: { namespace, workers: { replicas: 0 }, client: true },
    },
    overrides,
  );
}
