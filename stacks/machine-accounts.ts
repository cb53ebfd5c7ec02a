import type { Construct } from "constructs";
import { analyticsAddresses, bootstrapAddresses, type MachineAccount } from "../constructs/gke";
import { managedServices } from "./managed-services";
import type { GkeEnvironment } from "./platform-stack";

/** The identities that machines of an environment run as: its nodes, Airflow's workers, and what trains. */
export function machineAccounts(scope: Construct, environment: GkeEnvironment): readonly MachineAccount[] {
  const { project, region } = environment.target;
  const place = { environment: environment.name, project, region };
  const { composer, training } = analyticsAddresses(scope, place).accounts;
  const managed = managedServices(environment);
  return [
    {
      id: "Nodes",
      accountId: bootstrapAddresses(scope, place).nodesAccount,
      displayName: "Nodes of the cluster",
    },
    ...(managed.has("composer") ? [{ id: "Composer", accountId: composer, displayName: "Runs DAGs" }] : []),
    ...(managed.has("vertex")
      ? [{ id: "Training", accountId: training, displayName: "Trains the model that heals" }]
      : []),
  ];
}
