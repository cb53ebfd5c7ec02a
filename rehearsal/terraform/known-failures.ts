/** What Terraform prints in a situation that is known, and what to do then. */
interface KnownFailure {
  readonly pattern: RegExp;
  /** Cause and next step, one sentence. */
  readonly advice: string;
}

const sidecar =
  "its sidecar opens it within a minute; if not, look at `kubectl --namespace vault logs vault-0 --container bank-vaults`";

const knownFailures: readonly KnownFailure[] = [
  { pattern: /Vault is sealed/, advice: `vault is sealed: ${sidecar}, then run again` },
  {
    pattern: /no endpoints available for service "?\S*vault-active/,
    advice: `no Vault server is open: ${sidecar}, then run again`,
  },
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
  {
    pattern:
      /permission denied[\s\S]*auth\/kubernetes\/login|auth\/kubernetes\/login[\s\S]*(permission denied|Code: 403)/,
    advice:
      "vault refused Terraform's service account: the bootstrap job has not run, see `kubectl --namespace vault get jobs`",
  },
];

/** What to do about a failure of Terraform, when its output shows a situation that is known; the first that fits. */
export function adviceFor(output: string): string | undefined {
  return knownFailures.find(({ pattern }) => pattern.test(output))?.advice;
}
