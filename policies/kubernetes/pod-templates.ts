import type { Block } from "../../stacks/stack-json";
import { listOf, objectOf, resources } from "../blocks";
import { deliveredObjects } from "../releases";
import type { CheckedStack, Item } from "../rule";

/** A container as far as rules read it. */
export interface TemplateContainer {
  readonly name: string;
  readonly resources: Block;
}

/** The pods of an object that a stack makes: of Terraform's own, or of a release that delivers objects as they are. */
export interface PodTemplate extends Item {
  /** Of Kubernetes, such as `Deployment`. */
  readonly kind: string;
  readonly namespace: string;
  readonly labels: Block;
  /** @default - of a kind that has none, or decided by an autoscaler */
  readonly replicas?: number;
  readonly account: unknown;
  readonly token: unknown;
  readonly spreads: boolean;
  readonly containers: readonly TemplateContainer[];
}

const kinds = /^(Deployment|StatefulSet|DaemonSet|Job|CronJob)$/;
const types = /^kubernetes_(deployment|stateful_set|daemon_set|job|cron_job)(_v1)?$/;

/** The pods that a stack makes itself; those of upstream charts are proved on what the charts render. */
export function podTemplates(stack: CheckedStack): readonly PodTemplate[] {
  return [...ofTerraform(stack), ...ofReleases(stack)];
}

function ofReleases(stack: CheckedStack): readonly PodTemplate[] {
  return deliveredObjects(stack)
    .filter(({ kind, apiVersion }) => kinds.test(kind) && /^(apps|batch)\/v1$/.test(apiVersion))
    .map(({ address, kind, namespace, object }) => {
      const spec = objectOf(object.spec);
      const template = objectOf((kind === "CronJob" ? objectOf(objectOf(spec.jobTemplate).spec) : spec).template);
      const pod = objectOf(template.spec);
      return {
        address,
        kind,
        namespace,
        labels: objectOf(objectOf(template.metadata).labels),
        ...(typeof spec.replicas === "number" && { replicas: spec.replicas }),
        account: pod.serviceAccountName,
        token: pod.automountServiceAccountToken,
        spreads: listOf(pod.topologySpreadConstraints).length > 0 || pod.affinity !== undefined,
        containers: containersOf([...listOf(pod.containers), ...listOf(pod.initContainers)]),
      };
    });
}

function ofTerraform(stack: CheckedStack): readonly PodTemplate[] {
  return resources(stack, types).map(({ address, type, block }) => {
    const spec = objectOf(block.spec);
    const template = objectOf((/cron_job/.test(type) ? objectOf(objectOf(spec.job_template).spec) : spec).template);
    const pod = objectOf(template.spec);
    return {
      address,
      kind: kindOf(type),
      namespace: String(objectOf(block.metadata).namespace),
      labels: objectOf(objectOf(template.metadata).labels),
      ...(spec.replicas !== undefined && { replicas: Number(spec.replicas) }),
      account: pod.service_account_name,
      token: pod.automount_service_account_token,
      spreads: pod.topology_spread_constraint !== undefined || pod.affinity !== undefined,
      containers: containersOf([...listOf(pod.container), ...listOf(pod.init_container)]),
    };
  });
}

function containersOf(containers: readonly unknown[]): readonly TemplateContainer[] {
  return containers.map(objectOf).map(({ name, resources: asked }) => ({
    name: String(name),
    resources: objectOf(asked),
  }));
}

/** `kubernetes_cron_job_v1` becomes `CronJob`. */
function kindOf(type: string): string {
  return type
    .replace(/^kubernetes_|_v1$/g, "")
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
