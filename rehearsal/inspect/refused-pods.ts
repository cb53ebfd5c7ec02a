import { AppsV1Api, BatchV1Api, CoreV1Api, type V1ObjectMeta } from "@kubernetes/client-node";
import type { ControlPlane } from "../cluster/control-plane";

/** A workload, and how many pods it lacks. */
interface Workload {
  readonly kind: string;
  readonly metadata?: V1ObjectMeta;
  readonly missing: number;
}

/**
 * Workloads whose pods the API server does not let in (Pod Security, quota, limits), each with the reason that its
 * controller was given. Nothing else would tell it: a release with such a workload only times out.
 */
export async function refusedPods(cluster: Pick<ControlPlane, "client">): Promise<readonly string[]> {
  const apps = cluster.client.makeApiClient(AppsV1Api);
  const [replicaSets, statefulSets, daemonSets, jobs, events] = await Promise.all([
    apps.listReplicaSetForAllNamespaces(),
    apps.listStatefulSetForAllNamespaces(),
    apps.listDaemonSetForAllNamespaces(),
    cluster.client.makeApiClient(BatchV1Api).listJobForAllNamespaces(),
    cluster.client.makeApiClient(CoreV1Api).listEventForAllNamespaces({ fieldSelector: "reason=FailedCreate" }),
  ]);
  const workloads: readonly Workload[] = [
    ...replicaSets.items.map(({ metadata, spec, status }) => ({
      kind: "ReplicaSet",
      metadata,
      missing: (spec?.replicas ?? 1) - (status?.replicas ?? 0),
    })),
    ...statefulSets.items.map(({ metadata, spec, status }) => ({
      kind: "StatefulSet",
      metadata,
      missing: (spec?.replicas ?? 1) - (status?.replicas ?? 0),
    })),
    ...daemonSets.items.map(({ metadata, status }) => ({
      kind: "DaemonSet",
      metadata,
      missing: (status?.desiredNumberScheduled ?? 0) - (status?.currentNumberScheduled ?? 0),
    })),
    ...jobs.items.map(({ metadata, status }) => ({
      kind: "Job",
      metadata,
      missing: 1 - (status?.active ?? 0) - (status?.succeeded ?? 0) - (status?.failed ?? 0),
    })),
  ];
  return workloads
    .filter(({ missing }) => missing > 0)
    .flatMap(({ kind, metadata, missing }) => {
      const reasons = events.items.filter(({ involvedObject }) => involvedObject.uid === metadata?.uid);
      const last = reasons.at(-1)?.message;
      const name = `${kind} ${metadata?.namespace}/${metadata?.name}`;
      return last ? [`${name} lacks ${missing} pods: ${last}`] : [];
    });
}

/** Pods that no node takes, each with the scheduler's reason. A release that does not wait would not tell it. */
export async function unscheduledPods(cluster: Pick<ControlPlane, "client">): Promise<readonly string[]> {
  const core = cluster.client.makeApiClient(CoreV1Api);
  const { items } = await core.listPodForAllNamespaces({ fieldSelector: "status.phase=Pending" });
  return items.flatMap(({ metadata, status }) => {
    const condition = status?.conditions?.find(
      ({ type, reason }) => type === "PodScheduled" && reason === "Unschedulable",
    );
    return condition ? [`pod ${metadata?.namespace}/${metadata?.name} is on no node: ${condition.message}`] : [];
  });
}
