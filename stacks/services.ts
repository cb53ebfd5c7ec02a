import type { Construct } from "constructs";
import { NetworkFlows } from "../constructs/kubernetes";
import { DataPlatformServices, ServiceContext } from "../constructs/services";
import type { VaultSecrets } from "../constructs/vault";
import type { Environment } from "../environments/schema";
import { useCluster } from "./access";
import { apiServerOf } from "./api-server";
import { PlatformStack } from "./platform-stack";

/** What a {@link ServicesStack} needs of the layers before it. */
export interface ServicesStackProps {
  /** ClusterIssuer that signs certificates between the platform's own services. */
  readonly issuer: string;
  /** Where services ask for secrets. */
  readonly secrets: VaultSecrets;
}

/** Layer `services`: the data services that the environment names, wired to each other. */
export class ServicesStack extends PlatformStack {
  /** The services that were built; what an earlier layer needs of them was asked for while they were. */
  readonly services: DataPlatformServices;

  constructor(scope: Construct, environment: Environment, { issuer, secrets }: ServicesStackProps) {
    super(scope, "services", environment);
    useCluster(this, { helm: true });
    const flows = new NetworkFlows(this, "Flows", apiServerOf(environment));
    this.services = new DataPlatformServices(this, "Services", {
      context: new ServiceContext(this, { secrets, flows, issuer }),
      services: environment.services,
    });
  }
}
