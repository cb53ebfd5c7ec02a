export {
  type DatalypticaOptions,
  type DatalypticaProfile,
  datalyptica,
  datalypticaBounds,
  datalypticaNamespaces,
} from "./datalyptica";
export { iceberg } from "./iceberg";
export { kyuubi } from "./kyuubi";
export {
  type PipelineLogin,
  type PipelineOptions,
  pipeline,
  pipelineDomain,
  pipelineHost,
  pipelineNamespace,
} from "./pipeline";
export {
  datalypticaFromSecrets,
  datalypticaSecrets,
} from "./secrets/datalyptica";
export {
  type KyuubiSecretsOptions,
  kyuubiFromSecrets,
  kyuubiReader,
  kyuubiSecrets,
} from "./secrets/kyuubi";
