import type { Scanner, ScannerFinding } from "./finding";
import { type ScannerWaiver, scannerWaivers } from "./waivers";

/** What is left of the findings of scanners once waivers are taken off. */
export interface Verdict {
  /** Findings that nothing excuses. */
  readonly failed: readonly ScannerFinding[];
  /** Findings that a waiver excuses. */
  readonly waived: readonly (ScannerFinding & { readonly reason: string })[];
  /** Addresses and stacks of waivers that excuse nothing: what they were for is gone. */
  readonly unused: readonly UnusedWaiver[];
}

/** What of a waiver excuses nothing. */
export interface UnusedWaiver {
  readonly scanner: Scanner;
  readonly check: string;
  /** The address, or the stack where only that is too much. */
  readonly what: string;
}

/**
 * Judges what scanners found.
 *
 * @param ran scanners that ran: a waiver for another one is not unused
 */
export function judge(
  findings: readonly ScannerFinding[],
  ran: readonly string[],
  waivers: readonly ScannerWaiver[] = scannerWaivers,
): Verdict {
  const excuseOf = (finding: ScannerFinding) => waivers.find((waiver) => excuses(waiver, finding));
  return {
    failed: findings.filter((finding) => !excuseOf(finding)),
    waived: findings.flatMap((finding) => {
      const waiver = excuseOf(finding);
      return waiver ? [{ ...finding, reason: waiver.reason }] : [];
    }),
    unused: waivers.filter(({ scanner }) => ran.includes(scanner)).flatMap((waiver) => unusedOf(waiver, findings)),
  };
}

function unusedOf(waiver: ScannerWaiver, findings: readonly ScannerFinding[]): readonly UnusedWaiver[] {
  const { scanner, check, addresses, stacks = [] } = waiver;
  const excused = findings.filter((finding) => excuses(waiver, finding));
  const unused = [
    ...addresses.filter((pattern) => !excused.some(({ address }) => matches(pattern, address))),
    ...(excused.length === 0 ? [] : stacks.filter((pattern) => !excused.some(({ stack }) => matches(pattern, stack)))),
  ];
  return unused.map((what) => ({ scanner, check, what }));
}

function excuses({ scanner, check, addresses, stacks = ["*"] }: ScannerWaiver, finding: ScannerFinding): boolean {
  return (
    scanner === finding.scanner &&
    check === finding.check &&
    addresses.some((pattern) => matches(pattern, finding.address)) &&
    stacks.some((pattern) => matches(pattern, finding.stack))
  );
}

/** Whether a text is what a pattern with `*` for any text says, from end to end. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
