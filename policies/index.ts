import { analyticsRules } from "./analytics";
import { dataRules } from "./data";
import { exceptions as allExceptions, type Exception } from "./exceptions";
import { gkeRules } from "./gke";
import { helmRules } from "./helm";
import { identityRules } from "./identity";
import { kubernetesRules } from "./kubernetes";
import { networkRules } from "./network";
import { observabilityRules } from "./observability";
import { perimeterRules } from "./perimeter";
import type { CheckedStack, Finding, Rule } from "./rule";
import { terraformRules } from "./terraform";
import { vaultRules } from "./vault";
import { vaultServerRules } from "./vault-server";

export { type Exception, exceptions } from "./exceptions";
export { type CheckedStack, type EnvironmentFacts, type Finding, factsOf, type Rule, type RuleResult } from "./rule";

/** Every rule that is proved on the synthesized JSON. */
export const rules: readonly Rule[] = [
  ...terraformRules,
  ...identityRules,
  ...gkeRules,
  ...networkRules,
  ...dataRules,
  ...kubernetesRules,
  ...helmRules,
  ...vaultServerRules,
  ...vaultRules,
  ...observabilityRules,
  ...perimeterRules,
  ...analyticsRules,
];

/** Stacks that break rules; the message lists all findings with their remedies. */
export class PolicyError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `${problems.length} ${problems.length === 1 ? "problem" : "problems"} with the rules\n${problems.join("\n")}`,
    );
    this.name = "PolicyError";
  }
}

/**
 * Runs rules over the stacks of all environments.
 *
 * @returns how many things each rule applied to, by its id
 * @throws PolicyError with every finding, every rule that applied to nothing and every exception that matched nothing
 */
export function runRules(
  stacks: readonly CheckedStack[],
  selected: readonly Rule[] = rules,
  exceptions: readonly Exception[] = allExceptions,
): ReadonlyMap<string, number> {
  const used = new Set<Exception>();
  const visited = new Map<string, number>();
  const problems: string[] = [];
  for (const rule of selected) {
    const result = rule.check(stacks);
    visited.set(rule.id, result.visited);
    if (result.visited === 0) {
      problems.push(`${rule.id}: applied to nothing: the rule or the stacks have lost what it is about`);
    }
    for (const finding of result.findings) {
      const exception = exceptions.find((candidate) => excuses(candidate, rule, finding, stacks));
      if (exception) {
        used.add(exception);
      } else {
        problems.push(describe(rule, finding));
      }
    }
  }
  const ids = new Set(selected.map(({ id }) => id));
  for (const { rule, address } of exceptions.filter((exception) => ids.has(exception.rule) && !used.has(exception))) {
    problems.push(`${rule}: the exception for ${address} matches nothing: remove it`);
  }
  if (problems.length > 0) {
    throw new PolicyError(problems);
  }
  return visited;
}

function excuses(exception: Exception, rule: Rule, finding: Finding, stacks: readonly CheckedStack[]): boolean {
  const stack = stacks.find(({ name }) => name === finding.stack);
  return exception.rule === rule.id && exception.layer === stack?.layer && exception.address === finding.address;
}

function describe(rule: Rule, { stack, address, problem }: Finding): string {
  return `${rule.id} ${stack} ${address}: ${problem} (${rule.reason}): ${rule.remedy}`;
}
