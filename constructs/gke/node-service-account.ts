import type { Construct } from "constructs";
import { ServiceIdentity } from "./service-identity";

/** Settings of a {@link NodeServiceAccount}. */
export interface NodeServiceAccountProps {
  readonly project: string;
  /** Short name, 6 to 30 characters. */
  readonly accountId: string;
}

/**
 * Identity of the nodes: it may write logs and metrics and pull system images, and nothing else.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster#use_least_privilege_sa
 */
export class NodeServiceAccount extends ServiceIdentity {
  constructor(scope: Construct, id: string, props: NodeServiceAccountProps) {
    super(scope, id, {
      project: props.project,
      accountId: props.accountId,
      displayName: "Nodes of the cluster",
      // GKE-06: the one role made for nodes, in place of the editor role of the default account.
      projectRoles: [{ id: "DefaultNode", role: "roles/container.defaultNodeServiceAccount" }],
    });
  }
}
