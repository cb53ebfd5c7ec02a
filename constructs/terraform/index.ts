export { DeploySettings, type DeploySettingsProps, type PullPolicy } from "./deploy-settings";
export { EphemeralResource, type EphemeralTypes } from "./ephemeral-resource";
export { literal } from "./literal";
export { PlatformError } from "./platform-error";
export { type Json, type JsonInput, type JsonObject, stableJson } from "./stable-json";
