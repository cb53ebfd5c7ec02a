import type { Environment } from "../environments/schema";
import type { Layer } from "../stacks/layers";
import type { StackJson } from "../stacks/stack-json";

/** What rules need to know of an environment. */
export interface EnvironmentFacts {
  readonly name: string;
  /** Whether a plan may destroy what holds data. */
  readonly allowDestroy: boolean;
  /** Context of the kubeconfig; absent on Google Cloud. */
  readonly context?: string;
  /** Google Cloud project; absent on a laptop. */
  readonly project?: string;
  /** How much is at stake; absent on a laptop. */
  readonly tier?: "dev" | "staging" | "prod";
  /** Domain of the organization; absent where there is none. */
  readonly domain?: string;
  /** Who keeps the secrets instead of Vault; absent where Vault does. */
  readonly secretSource?: "google-secret-manager" | "onepassword";
}

/** A synthesized stack and where it belongs. */
export interface CheckedStack {
  /** `<environment>-<layer>` */
  readonly name: string;
  readonly layer: Layer;
  readonly environment: EnvironmentFacts;
  readonly json: StackJson;
}

/** One violation. */
export interface Finding {
  /** Name of the stack. */
  readonly stack: string;
  /** Terraform address, and what is within it. */
  readonly address: string;
  /** What is wrong, with the value found. */
  readonly problem: string;
}

/** What a rule saw. */
export interface RuleResult {
  /** How many things the rule applied to. */
  readonly visited: number;
  readonly findings: readonly Finding[];
}

/** A rule of the hardening checklist that is proved on the synthesized JSON. */
export interface Rule {
  /** Id in the checklist, such as `TF-02`. */
  readonly id: string;
  /** Why the rule is there, half a sentence. */
  readonly reason: string;
  /** What to do about a finding. */
  readonly remedy: string;
  check(stacks: readonly CheckedStack[]): RuleResult;
}

/** Something within a stack that a rule applies to. */
export interface Item {
  readonly address: string;
}

/**
 * A check that looks at one kind of thing in each stack.
 *
 * @param select what the rule applies to
 * @param problemsOf what is wrong with one of them; empty when it complies
 */
export function forEach<T extends Item>(
  select: (stack: CheckedStack) => readonly T[],
  problemsOf: (item: T, stack: CheckedStack, all: readonly CheckedStack[]) => readonly string[],
): Rule["check"] {
  return (stacks) => {
    const visited = stacks.flatMap((stack) => select(stack).map((item) => ({ stack, item })));
    return {
      visited: visited.length,
      findings: visited.flatMap(({ stack, item }) =>
        problemsOf(item, stack, stacks).map((problem) => ({ stack: stack.name, address: item.address, problem })),
      ),
    };
  };
}

/** What rules know of an environment, from its definition. */
export function factsOf({ name, allowDestroy, target, secrets, google }: Environment): EnvironmentFacts {
  const { kind } = secrets.source;
  return {
    name,
    allowDestroy,
    ...(target.kind === "gke" ? { project: target.project, tier: target.tier } : { context: target.context }),
    ...(google?.organization && { domain: google.organization.domain }),
    ...(kind !== "vault" && { secretSource: kind }),
  };
}
