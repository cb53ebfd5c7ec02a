import type * as z from "zod";
import { airflow } from "./airflow";
import { clickhouse } from "./clickhouse";
import { flink } from "./flink";
import { hiveMetastore } from "./hive-metastore";
import { ingress } from "./ingress";
import { jupyterhub } from "./jupyterhub";
import { kafka } from "./kafka";
import { kyuubi } from "./kyuubi";
import { lakekeeper } from "./lakekeeper";
import { mariadb } from "./mariadb";
import { monitoring } from "./monitoring";
import { nessie } from "./nessie";
import { objectStore } from "./object-store";
import { polaris } from "./polaris";
import { postgres } from "./postgres";
import { schemaRegistry } from "./schema-registry";
import { spark } from "./spark";
import { sparkConnect } from "./spark-connect";
import { sparkHistory } from "./spark-history";
import { sparkOperator } from "./spark-operator";
import { superset } from "./superset";
import { trino } from "./trino";
import { valkey } from "./valkey";
import { webServices } from "./web-services";

/** Every data service that an environment can name, in the order in which they are built: what is needed comes first. */
export const catalogue = {
  objectStore,
  postgres,
  mariadb,
  valkey,
  nessie,
  polaris,
  lakekeeper,
  hiveMetastore,
  kafka,
  schemaRegistry,
  clickhouse,
  trino,
  sparkOperator,
  spark,
  sparkHistory,
  sparkConnect,
  kyuubi,
  flink,
  airflow,
  superset,
  jupyterhub,
  webServices,
  monitoring,
  ingress,
} as const;

/** Name of a data service, as environments write it. */
export type ServiceName = keyof typeof catalogue;

/** Names of the data services, in the order in which they are built. */
export const serviceNames = Object.keys(catalogue) as readonly ServiceName[];

/** The data services in an environment file. A service that is not named is off; all its settings have defaults. */
export type ServicesInput = {
  readonly [Name in ServiceName]?: z.input<(typeof catalogue)[Name]["input"]> | undefined;
};

/** The data services of an environment with every default filled in; a service that is off has no key. */
export type Services = {
  readonly [Name in ServiceName]?: ReturnType<(typeof catalogue)[Name]["resolve"]>;
};
