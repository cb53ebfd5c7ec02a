export { isPointInTime, type PostgresBackup, type PostgresRestore, postgresBackupResources } from "./backup";
export { CloudSqlServer, type CloudSqlServerProps, type ManagedSqlUsers } from "./cloud-sql";
export { type PostgresPooler, poolerResources } from "./poolers";
export { Postgres, type PostgresProps } from "./postgres";
