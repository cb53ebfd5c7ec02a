export { type CheckovEnvironmentOptions, checkovEnvironment } from "./checkov-environment";
export { type ScannedStack, type ScannerPrograms, type ScanResult, scan } from "./scan";
