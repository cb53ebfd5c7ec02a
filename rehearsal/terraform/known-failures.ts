import { vaultAdvice } from "../../operations/vault/situations";

/** What Terraform prints in a situation that is known, and what to do then. */
interface KnownFailure {
  readonly pattern: RegExp;
  /** Cause and next step, one sentence. */
  readonly advice: string;
}

const knownFailures: readonly KnownFailure[] = [
  {
    pattern: /no file exists at "[^"]*\.terralake\/[^"]*(endpoint|ca\.crt)"|failed to read CA File/i,
    advice: "the cluster's address is not known here: run `terralake connect <environment>`, then run again",
  },
  {
    pattern: /context "[^"]*" does not exist/,
    advice:
      "the kubeconfig has no such cluster: create it with `terralake up <environment>`, or name its context in the environment",
  },
  {
    pattern: /(dial tcp|connect)[^\n]*(connection refused|i\/o timeout|no such host)/,
    advice:
      "the cluster does not answer: start it, run `terralake connect <environment>` in case its port changed, then run again",
  },
  {
    pattern: /Error acquiring the state lock/,
    advice: "another run holds the state: wait until it ends, or see `terraform force-unlock` if it was killed",
  },
];

/**
 * What to do about a failure of Terraform, when its output shows a situation that is known; the first that fits.
 *
 * @param environment for the commands that are named
 */
export function adviceFor(output: string, environment = "<environment>"): string | undefined {
  const known = knownFailures.find(({ pattern }) => pattern.test(output))?.advice;
  return known?.replaceAll("<environment>", environment) ?? vaultAdvice(output, { environment });
}
