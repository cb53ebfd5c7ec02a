/** Scanners of others that look at the synthesized JSON. */
export const scanners = ["checkov", "trivy"] as const;

export type Scanner = (typeof scanners)[number];

/** What a scanner found. */
export interface ScannerFinding {
  readonly scanner: Scanner;
  /** Id of the check, such as `CKV_GCP_62`. */
  readonly check: string;
  /** Name of the stack. */
  readonly stack: string;
  /** Terraform address. */
  readonly address: string;
  /** What the check wants, in the scanner's words. */
  readonly title: string;
}
