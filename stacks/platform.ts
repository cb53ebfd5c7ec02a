import type { App } from "cdktf";
import type { Environment } from "../environments/schema";
import { AnalyticsStack } from "./analytics";
import { BaseStack } from "./base";
import { BootstrapStack } from "./bootstrap";
import { ClusterStack } from "./cluster";
import { DataStack } from "./data";
import { firewallFlows } from "./firewall-flows";
import { GitopsStack } from "./gitops";
import { NetworkStack } from "./network";
import { ObservabilityStack } from "./observability";
import { PerimeterStack } from "./perimeter";
import { type GkeEnvironment, isGke, type PlatformStack } from "./platform-stack";
import { SecretsStack } from "./secrets";
import { ServicesStack } from "./services";
import { VaultStack } from "./vault";

/** The stacks of one environment, in the order in which they are applied. */
export function buildPlatform(app: App, environment: Environment): readonly PlatformStack[] {
  const cloud = isGke(environment) ? buildCloud(app, environment) : undefined;

  const base = new BaseStack(app, environment);
  const vault = new VaultStack(app, environment, { cluster: cloud?.cluster.outputs });
  const secrets = new SecretsStack(app, environment, { snapshots: cloud?.cluster.outputs.vaultSnapshots });
  const gitops = new GitopsStack(app, environment);
  const services = new ServicesStack(app, environment, {
    vaultIssuer: vault.outputs.vaultIssuer,
    ...secrets.outputs,
  });
  const inCluster = [base, vault, secrets, gitops, services];
  cloud?.network.allow(firewallFlows(inCluster));
  cloud?.cluster.admit(inCluster);
  inOrder(cloud ? [...cloud.before, ...inCluster] : inCluster);
  return cloud ? [cloud.bootstrap, ...cloud.before, ...inCluster, ...cloud.beside, ...cloud.perimeter] : inCluster;
}

function buildCloud(app: App, environment: GkeEnvironment) {
  const bootstrap = new BootstrapStack(app, environment);
  const network = new NetworkStack(app, environment);
  const cluster = new ClusterStack(app, environment, { network: network.outputs });
  const data = new DataStack(app, environment, { network: network.outputs });
  const analytics = new AnalyticsStack(app, environment, { network: network.outputs });
  const observability = new ObservabilityStack(app, environment, { healingTopic: analytics.outputs.healingTopic });
  // Only an organization has policies and perimeters; without one there is no such stack.
  const perimeter = environment.google.organization ? [new PerimeterStack(app, environment)] : [];
  const beside = [analytics, observability];
  inOrder([data, ...beside]);
  // People apply the first and the last by themselves; an edge would keep the rest from being applied without them.
  return { network, cluster, bootstrap, before: [network, cluster, data], beside, perimeter };
}

/** Names and addresses are computed, so they make no edges: the order is stated. */
function inOrder(stacks: readonly PlatformStack[]): void {
  stacks.forEach((stack, index) => {
    const before = stacks[index - 1];
    if (before) {
      stack.addDependency(before);
    }
  });
}
