import { type FlowEnd, restrictedContainer } from "../../kubernetes";
import { publicAddresses } from "../public-addresses";
import type { AirflowDags } from "./props";

/** User of the image of git-sync. */
const gitSyncUser = 65533;

/** What each container that follows the repository asks for. */
export const gitSyncResources = {
  requests: { cpu: "10m", memory: "64Mi" },
  limits: { memory: "256Mi" },
} as const;

/** Value `dags` of the chart: containers beside those that read DAGs follow the repository. */
export function dagsValues(dags: AirflowDags, secretName: string | undefined) {
  const { credentials } = dags;
  const ssh = credentials && "sshKey" in credentials ? credentials : undefined;
  return {
    gitSync: {
      enabled: true,
      repo: dags.url,
      branch: dags.branch,
      ref: dags.branch,
      subPath: dags.path,
      // A change is seen after half a minute; the default asks the host twelve times in that.
      period: "30s",
      recommendedProbeSetting: true,
      ...(ssh ? { sshKeySecret: secretName, knownHosts: ssh.knownHosts } : { credentialsSecret: secretName }),
      securityContexts: { container: { ...restrictedContainer, runAsNonRoot: true, runAsUser: gitSyncUser } },
      resources: gitSyncResources,
    },
  };
}

/** The host of the repository, at public addresses or where it is said to be, and its port. */
export function gitHost({ url, addresses }: AirflowDags): { readonly end: FlowEnd; readonly port: number } {
  const { protocol, port } = new URL(url);
  return {
    end: { ...(addresses ? { cidrs: addresses } : publicAddresses), name: "git-host" },
    port: port ? Number(port) : protocol === "ssh:" ? 22 : 443,
  };
}
