import { listOf, objectOf, resources, shown } from "../blocks";
import { type CheckedStack, forEach, type Item, type Rule } from "../rule";
import { policyPaths } from "../vault/access";

/** Name of the account, the policy and the role of who takes snapshots. */
const name = "vault-snapshot";

interface Subject extends Item {
  readonly problems: readonly string[];
}

export const snapshots: Rule = {
  id: "VLT-14",
  reason: "a lost cluster must not take its backups along, and who takes them must not read anything else",
  remedy: "let VaultSnapshots take them to a bucket that its account may only add to",
  check: (stacks) =>
    forEach(
      (stack) => [...policy(stack), ...schedule(stack), ...bucket(stack, stacks)],
      ({ problems }: Subject) => problems,
    )(stacks),
};

/** What the account may do in Vault. */
function policy(stack: CheckedStack): readonly Subject[] {
  return policyPaths(stack)
    .filter(({ policyName }) => policyName === name)
    .map(({ address, path, capabilities }) => ({
      address,
      problems:
        path === "sys/storage/raft/snapshot" && capabilities.join() === "read"
          ? []
          : [`the policy ${name} has ${shown(capabilities)} on "${path}"`],
    }));
}

/** The job, in each environment whose data is to be kept. */
function schedule(stack: CheckedStack): readonly Subject[] {
  if (stack.layer !== "secrets" || stack.environment.allowDestroy) {
    return [];
  }
  const [job] = jobs(stack);
  if (!job) {
    return [{ address: "kubernetes_cron_job_v1", problems: ["nothing takes snapshots"] }];
  }
  const spec = objectOf(job.block.spec);
  const policyOfRuns = spec.concurrency_policy;
  const claims = listOf(podOf(job.block).volume).filter((volume) => objectOf(volume).persistent_volume_claim);
  return [
    {
      address: job.address,
      problems: [
        ...(policyOfRuns === "Forbid" ? [] : [`concurrency_policy is ${shown(policyOfRuns)}`]),
        ...(spec.suspend === undefined || spec.suspend === false ? [] : ["is suspended"]),
        ...(claims.length === 0 ? [] : ["keeps snapshots in the cluster"]),
      ],
    },
  ];
}

/** The bucket of Google Cloud to which a job of the same environment uploads. */
function bucket(stack: CheckedStack, all: readonly CheckedStack[]): readonly Subject[] {
  const { environment } = stack;
  if (stack.layer !== "cluster" || environment.allowDestroy) {
    return [];
  }
  const names = all
    .filter((other) => other.environment.name === environment.name)
    .flatMap(jobs)
    .flatMap(({ block }) => listOf(podOf(block).container))
    .flatMap((container) => listOf(objectOf(container).env).map(objectOf))
    .filter((variable) => variable.name === "BUCKET")
    .map(({ value }) => value);
  return resources(stack, ["google_storage_bucket"])
    .filter(({ block }) => names.includes(block.name))
    .map(({ address, block }) => {
      const { retention_period: period, is_locked: locked } = objectOf(block.retention_policy);
      const roles = resources(stack, ["google_storage_bucket_iam_member"])
        .filter((grant) => String(grant.block.bucket).includes(address))
        .map((grant) => String(grant.block.role));
      return {
        address,
        problems: [
          ...(Number(period) > 0 ? [] : [`retention_policy is ${shown(block.retention_policy)}`]),
          ...(environment.tier !== "prod" || locked === true ? [] : [`retention_policy.is_locked is ${shown(locked)}`]),
          ...roles.filter((role) => role !== "roles/storage.objectCreator").map((role) => `gives ${role}`),
        ],
      };
    });
}

function jobs(stack: CheckedStack) {
  return resources(stack, ["kubernetes_cron_job_v1"]).filter(({ block }) => objectOf(block.metadata).name === name);
}

/** `spec.jobTemplate.spec.template.spec` of a CronJob. */
function podOf(block: { readonly [key: string]: unknown }): { readonly [key: string]: unknown } {
  const job = objectOf(objectOf(objectOf(block.spec).job_template).spec);
  return objectOf(objectOf(job.template).spec);
}
