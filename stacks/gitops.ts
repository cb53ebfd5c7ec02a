import type { Construct } from "constructs";
import { FluxBootstrap } from "../constructs/flux";
import { existingNamespace, NetworkFlows } from "../constructs/kubernetes";
import { type Environment, platformResources } from "../environments/schema";
import { useCluster } from "./access";
import { apiServerOf } from "./api-server";
import { platformNamespaces } from "./namespaces";
import { publicAddresses } from "./outside";
import { isGke, PlatformStack } from "./platform-stack";

/** Layer `gitops`: Flux, and the Git source it follows. */
export class GitopsStack extends PlatformStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, "gitops", environment);
    useCluster(this, { helm: true });
    new FluxBootstrap(this, "Flux", {
      namespace: existingNamespace(platformNamespaces.flux),
      flows: new NetworkFlows(this, "Flows", apiServerOf(environment)),
      git: environment.git,
      internet: publicAddresses,
      operatorResources: platformResources.fluxOperator,
      clusterType: isGke(environment) ? "gcp" : "kubernetes",
    });
  }
}
