export { iceberg } from "./iceberg";
export { kyuubi } from "./kyuubi";
export {
  type DatalypticaSecretsOptions,
  datalypticaFromSecrets,
  datalypticaSecrets,
} from "./secrets/datalyptica";
export {
  type KyuubiSecretsOptions,
  kyuubiFromSecrets,
  kyuubiReader,
  kyuubiSecrets,
} from "./secrets/kyuubi";
