export { readCheckov, type ScannerReport } from "./checkov";
export { type Scanner, type ScannerFinding, scanners } from "./finding";
export { judge, type UnusedWaiver, type Verdict } from "./judge";
export { readTrivy } from "./trivy";
export { type ScannerWaiver, scannerWaivers } from "./waivers";
