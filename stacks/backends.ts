import { TerraformBackend, TerraformRemoteState } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environments/schema";
import { type Layer, stackName } from "./layers";

/** From the folder of a synthesized stack, where Terraform runs, to the folder of what belongs to an environment here. */
export function localFolder(environment: string): string {
  return `../../../.terralake/${environment}`;
}

/** Arguments of a backend as Terraform writes them; those without a value are left out. */
type BackendArguments = { readonly [name: string]: string | boolean | object | undefined };

/**
 * Where the state of a layer is kept: a place of its own for each (rule TF-06).
 *
 * Credentials come from each backend's own environment variables (the kubernetes backend's cluster from
 * `KUBE_CONFIG_PATH`), so nothing secret is in the file.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend
 */
function backendArguments({ backend, name }: Environment, layer: Layer): BackendArguments {
  const prefix = `${name}/${layer}`;
  const file = `${prefix}/terraform.tfstate`;
  switch (backend.type) {
    case "local":
      return { path: `${localFolder(name)}/${layer}.tfstate` };
    case "gcs":
      return { bucket: backend.bucket, prefix, kms_encryption_key: backend.kmsKey };
    case "s3":
      return {
        bucket: backend.bucket,
        key: file,
        region: backend.region,
        encrypt: true,
        // A lock file beside the state: no table to look after.
        use_lockfile: true,
        kms_key_id: backend.kmsKeyId,
        endpoints: backend.endpoint ? { s3: backend.endpoint } : undefined,
      };
    case "kubernetes":
      return { secret_suffix: stackName(name, layer), namespace: backend.namespace };
    case "http": {
      const address = `${backend.address}/${prefix}`;
      return { address, lock_address: `${address}/lock`, unlock_address: `${address}/lock` };
    }
    case "azurerm":
      return {
        resource_group_name: backend.resourceGroup,
        storage_account_name: backend.storageAccount,
        container_name: backend.container,
        key: file,
      };
    case "remote":
      return {
        hostname: backend.hostname,
        organization: backend.organization,
        workspaces: { name: stackName(name, layer) },
      };
    default:
      return backend satisfies never;
  }
}

/** A backend of any type, with the arguments of {@link backendArguments}. */
class StateBackend extends TerraformBackend {
  constructor(
    stack: Construct,
    private readonly environment: Environment,
    private readonly layer: Layer,
  ) {
    super(stack, "Backend", environment.backend.type);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...backendArguments(this.environment, this.layer) };
  }

  protected override synthesizeHclAttributes(): { [name: string]: unknown } {
    return this.synthesizeAttributes();
  }

  override getRemoteStateDataSource(scope: Construct, name: string, fromStack: string): TerraformRemoteState {
    throw new Error(`${scope.node.path}/${name}: the state of ${fromStack} is not read implicitly (rule TF-15)`);
  }
}

/** Declares where a stack keeps its state. */
export function declareBackend(stack: Construct, environment: Environment, layer: Layer): void {
  new StateBackend(stack, environment, layer);
}

/** The declared outputs of another layer of the same environment. */
export class LayerState extends TerraformRemoteState {
  constructor(scope: Construct, id: string, environment: Environment, layer: Layer) {
    super(scope, id, environment.backend.type, { ...backendArguments(environment, layer) });
  }
}
