export { isPointInTime, type PostgresBackup, type PostgresRestore, postgresBackupResources } from "./backup";
export { type PostgresPooler, poolerResources } from "./poolers";
export { Postgres, type PostgresProps } from "./postgres";
