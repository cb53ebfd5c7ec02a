export type { NessieBackup } from "./backup";
export type { NessieGc } from "./gc";
export { Nessie, type NessieProps } from "./nessie";
