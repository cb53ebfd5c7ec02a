import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { Construct } from "constructs";
import { PlatformError } from "../terraform/platform-error";
import { gcpName } from "./names";

/** Ports that GKE opens itself between the control plane and the nodes. */
const gkeManagedPorts = [443, 10250] as const;

/** Settings of a {@link NetworkFirewall}. */
export interface NetworkFirewallProps {
  readonly project: string;
  /** First part of all names. */
  readonly prefix: string;
  /** The network, as a reference. */
  readonly network: string;
  readonly nodeTag: string;
  readonly controlPlaneRange: string;
  /** Ports of pods that the control plane calls; those of {@link gkeManagedPorts} are left out. */
  readonly controlPlanePorts: readonly number[];
}

/**
 * Firewall of a cluster's network: the control plane reaches the named ports of pods, all else that comes in is refused
 * and logged.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/how-to/private-clusters#add_firewall_rules
 */
export class NetworkFirewall extends Construct {
  /** Ports that are opened here, sorted, each once. */
  readonly controlPlanePorts: readonly number[];

  constructor(scope: Construct, id: string, props: NetworkFirewallProps) {
    super(scope, id);
    const wrong = props.controlPlanePorts.find((port) => !Number.isInteger(port) || port < 1 || port > 65535);
    if (wrong !== undefined) {
      throw new PlatformError(this, `controlPlanePorts has ${wrong}`, "use port numbers from 1 to 65535");
    }
    const managed: readonly number[] = gkeManagedPorts;
    this.controlPlanePorts = [...new Set(props.controlPlanePorts)]
      .filter((port) => !managed.includes(port))
      .sort((a, b) => a - b);

    // A rule without ports would allow all of them, so with no port there is no rule.
    if (this.controlPlanePorts.length > 0) {
      new ComputeFirewall(this, "ControlPlane", {
        project: props.project,
        name: gcpName(this, "firewall", props.prefix, "control-plane"),
        description: "Control plane to admission webhooks and to services read through its proxy",
        network: props.network,
        direction: "INGRESS",
        // NET-03: from the control plane's own range to nodes of this cluster, and only the ports that are called.
        sourceRanges: [props.controlPlaneRange],
        targetTags: [props.nodeTag],
        allow: [{ protocol: "tcp", ports: this.controlPlanePorts.map(String) }],
        logConfig: { metadata: "INCLUDE_ALL_METADATA" },
      });
    }

    new ComputeFirewall(this, "DenyIngress", {
      project: props.project,
      name: gcpName(this, "firewall", props.prefix, "deny-ingress"),
      description: "What no other rule allows is refused, with a log entry",
      network: props.network,
      direction: "INGRESS",
      // NET-04: the implied rule refuses too, but says nothing; rules of GKE have priority 1000 and come first.
      priority: 65000,
      sourceRanges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
      logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    });
  }
}
