export type { KyuubiAuthentication, KyuubiEngines, KyuubiLdap } from "./config";
export { Kyuubi, type KyuubiProps } from "./kyuubi";
export { KyuubiRegistry, type KyuubiRegistryProps, registryMembers } from "./registry";
export { KyuubiUsers } from "./users";
