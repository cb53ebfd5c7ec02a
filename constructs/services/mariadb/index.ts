export type { MariaDbBackup } from "./backup";
export { mariaDbExporterResources } from "./exporter";
export { MariaDb, type MariaDbProps } from "./mariadb";
export type { MariaDbGrant, MariaDbUser } from "./users";
