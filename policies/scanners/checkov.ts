import * as z from "zod";
import type { ScannerFinding } from "./finding";

const report = z.object({
  summary: z.object({ passed: z.number(), failed: z.number(), parsing_errors: z.number() }),
  results: z.object({
    failed_checks: z.array(
      z.object({ check_id: z.string(), check_name: z.string(), file_path: z.string(), resource: z.string() }),
    ),
  }),
});

/** What a scanner said of all stacks. */
export interface ScannerReport {
  /** Checks that were made. */
  readonly made: number;
  readonly findings: readonly ScannerFinding[];
}

/**
 * Reads what Checkov printed with `-o json`.
 *
 * @throws Error when a file could not be parsed, or the text is no report
 * @see https://www.checkov.io/2.Basics/Reviewing%20Scan%20Results.html
 */
export function readCheckov(text: string): ScannerReport {
  const { summary, results } = report.parse(JSON.parse(text));
  if (summary.parsing_errors > 0) {
    throw new Error(`Checkov could not parse ${summary.parsing_errors} of the stacks`);
  }
  return {
    made: summary.passed + summary.failed,
    findings: results.failed_checks.map(({ check_id, check_name, file_path, resource }) => ({
      scanner: "checkov",
      check: check_id,
      stack: stackOf(file_path),
      address: resource,
      title: check_name,
    })),
  };
}

/** The folder that a stack's file lies in has its name. */
export function stackOf(path: string): string {
  return path.split("/").at(-2) ?? path;
}
