import type { Construct } from "constructs";
import { VaultSecrets } from "../constructs/vault";
import type { Environment } from "../environments/schema";
import { useCluster, useVault } from "./access";
import { PlatformStack } from "./platform-stack";

/** What the secrets layer offers. */
export interface SecretsOutputs {
  /** Where later layers ask for secrets; what they ask for is written by this stack. */
  readonly secrets: VaultSecrets;
}

/** Layer `secrets`: mounts, secrets, policies and roles in the Vault that the layer before has started. */
export class SecretsStack extends PlatformStack {
  readonly outputs: SecretsOutputs;

  constructor(scope: Construct, environment: Environment) {
    super(scope, "secrets", environment);
    useCluster(this, { helm: false });
    useVault(this);
    this.outputs = { secrets: new VaultSecrets(this, "Secrets") };
  }
}
