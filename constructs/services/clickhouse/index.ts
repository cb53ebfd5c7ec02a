export { ClickHouse, type ClickHouseProps } from "./clickhouse";
export type { ClickHouseUser } from "./installation";
export type { KeeperSettings } from "./keeper";
export type { ObjectStorage } from "./server-files";
