import type { ServicesInput } from "../environments/schema";
import { withOverrides } from "./merge";

/**
 * SQL on Spark: Kyuubi as gateway (`kyuubi-dbt`, and `kyuubi-dbt-shared`, all of whose users share one engine), the Hive
 * metastore (with MariaDB behind it) as catalogue, an object store for the data and the Spark operator for jobs, all in
 * namespace `kyuubi`.
 *
 * @param overrides settings to change or services to add
 */
export function kyuubi(overrides: ServicesInput = {}): ServicesInput {
  const namespace = "kyuubi";
  return withOverrides<ServicesInput>(
    {
      mariadb: { namespace },
      objectStore: { namespace },
      hiveMetastore: { namespace, database: "mariadb" },
      sparkOperator: { namespace },
      kyuubi: { namespace, dbt: { shared: true } },
    },
    overrides,
  );
}
