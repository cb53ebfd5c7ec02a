import * as z from "zod";
import { type ScannerReport, stackOf } from "./checkov";

const misconfiguration = z.object({
  ID: z.string(),
  Title: z.string(),
  Status: z.string(),
  CauseMetadata: z.object({ Resource: z.string().optional() }),
});

const report = z.object({
  Results: z
    .array(
      z.object({
        Target: z.string(),
        MisconfSummary: z.object({ Successes: z.number(), Failures: z.number() }).optional(),
        Misconfigurations: z.array(misconfiguration).optional(),
      }),
    )
    .optional(),
});

/** What Trivy logs of a file that it leaves out; its report says nothing of it. */
const unreadable = /Error parsing file.*?file_path="([^"]+)"/g;

/**
 * Reads what `trivy config --format json` printed.
 *
 * @param log what it said beside, on standard error
 * @throws Error when a file could not be parsed, or the text is no report
 * @see https://trivy.dev/docs/latest/configuration/reporting/#json
 */
export function readTrivy(text: string, log = ""): ScannerReport {
  const left = new Set([...log.matchAll(unreadable)].map(([, path = ""]) => stackOf(path)));
  if (left.size > 0) throw new Error(`Trivy could not parse ${[...left].join(", ")}`);
  const results = report.parse(JSON.parse(text)).Results ?? [];
  return {
    made: results.reduce((sum, { MisconfSummary: of }) => sum + (of ? of.Successes + of.Failures : 0), 0),
    findings: results.flatMap(({ Target, Misconfigurations = [] }) =>
      Misconfigurations.filter(({ Status }) => Status === "FAIL").map(({ ID, Title, CauseMetadata }) => ({
        scanner: "trivy",
        check: ID,
        stack: stackOf(Target),
        address: CauseMetadata.Resource ?? "",
        title: Title,
      })),
    ),
  };
}
