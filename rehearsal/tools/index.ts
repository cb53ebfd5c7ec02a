export { type AcquireOptions, acquireTools, findTool, type MissingTool } from "./acquire";
export { ToolError } from "./errors";
export { externalSecretsCrds } from "./external-secrets-crds";
export type { Tool, ToolSource } from "./locate";
export { Network } from "./network";
export { type Platform, type ToolName, thisPlatform, tools } from "./registry";
