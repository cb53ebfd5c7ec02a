import type { ApiServerEndpoint } from "../constructs/kubernetes";
import type { Environment } from "../environments/schema";

/** GKE's control plane is outside the cluster's network: it calls pods through agents that run on the nodes. */
const gkeAgents = { "k8s-app": "konnectivity-agent" };

/** The API server as the network policies of an environment name it. */
export function apiServerOf({ target }: Environment): ApiServerEndpoint {
  return target.kind === "gke" ? { ...target.apiServer, agentLabels: gkeAgents } : target.apiServer;
}
