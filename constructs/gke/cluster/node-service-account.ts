import type { Construct } from "constructs";
import { GivenIdentity } from "../identity/given-identity";

/** Settings of a {@link NodeServiceAccount}. */
export interface NodeServiceAccountProps {
  readonly project: string;
  /** Short name of the account that the bootstrap layer has made, 6 to 30 characters. */
  readonly accountId: string;
}

/**
 * Identity of the nodes: it may write logs and metrics and pull system images, and nothing else.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa
 */
export class NodeServiceAccount extends GivenIdentity {
  constructor(scope: Construct, id: string, props: NodeServiceAccountProps) {
    super(scope, id, {
      ...props,
      // GKE-06: the one role made for nodes, in place of the editor role of the default account.
      projectRoles: [{ id: "DefaultNode", role: "roles/container.defaultNodeServiceAccount" }],
    });
  }
}
