export { Valkey, type ValkeyProps, valkeyExporterResources } from "./valkey";
