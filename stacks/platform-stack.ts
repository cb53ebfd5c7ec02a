import { TerraformElement, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import { DeploySettings, PlatformError } from "../constructs/terraform";
import { type Environment, type GkeTarget, type Google, rolesOf } from "../environments/schema";
import { declareBackend } from "./backends";
import { type Layer, stackName } from "./layers";

/** An environment on Google Cloud. */
export type GkeEnvironment = Environment & { readonly target: GkeTarget; readonly google: Google };

/** Whether an environment is on Google Cloud, so that the layers of the cloud are there. */
export function isGke(environment: Environment): environment is GkeEnvironment {
  return environment.target.kind === "gke" && environment.google !== undefined;
}

/** Write-only arguments and ephemeral resources in providers need this version of Terraform or OpenTofu (rule TF-01). */
const requiredVersion = ">= 1.11.0";

/** Component of an id path that the address leaves out: the main resource of a construct. */
const mainResource = "Resource";

/**
 * One layer of an environment: a Terraform configuration with a state of its own.
 *
 * Addresses are the construct path joined by `_`, without `Resource` and without a hash, so that the operator who reads
 * a plan knows the construct, and the address is a contract (rule TF-14).
 */
export abstract class PlatformStack extends TerraformStack {
  private readonly addresses = new Map<string, string>();

  constructor(
    scope: Construct,
    readonly layer: Layer,
    readonly environment: Environment,
  ) {
    super(scope, stackName(environment.name, layer));
    DeploySettings.set(this, {
      allowDestroy: environment.allowDestroy,
      charts: environment.charts.from,
      imageRegistry: environment.images.registry,
      ownRegistry: environment.images.own,
      ownDigests: environment.images.digests,
      pullPolicy: environment.images.pullPolicy,
      storageClass: environment.storageClass,
      openshift: environment.openshift,
      nodePools: rolesOf(environment.target).filter((role) => role !== "general"),
    });
    declareBackend(this, environment, layer);
    this.addOverride("terraform.required_version", requiredVersion);
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const below = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    const address = below.filter((id, index) => id !== mainResource || index === 0).join("_");
    const owner = this.addresses.get(address);
    if (owner !== undefined && owner !== node.path) {
      throw new PlatformError(
        this,
        `${owner} and ${node.path} have the same address "${address}"`,
        "rename one of them",
      );
    }
    this.addresses.set(address, node.path);
    return address;
  }
}
