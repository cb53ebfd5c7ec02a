import { ComputeFirewall, type ComputeFirewallConfig } from "@cdktf/provider-google/lib/compute-firewall";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PlatformError } from "../../terraform/platform-error";
import { gcpName } from "../names";
import { googleApiRanges } from "./private-names";

/** Ports that GKE opens itself between the control plane and the nodes. */
const gkeManagedPorts: readonly number[] = [443, 10250];

/** What no other rule says; rules of GKE have priority 1000 and come first. */
const lastPriority = 65000;

/** Port of registries of images and of all APIs. */
const httpsPort = 443;

/** Every address. */
const everywhere = "0.0.0.0/0";

/** Addresses of networks that are not the internet (RFC 1918, and RFC 6598 of providers). */
const privateRanges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

/** After the rules that name a way out (1000), before the internet, which private addresses are no part of. */
const privatePriority = 2000;
const internetPriority = 3000;

/** Settings of a {@link NetworkFirewall}. */
export interface NetworkFirewallProps {
  /** Project that has the network. */
  readonly project: string;
  /** First part of all names. */
  readonly prefix: string;
  /** The network, as a reference. */
  readonly network: string;
  /** Tag of the nodes: rules that open something are for these alone. */
  readonly nodeTag: string;
  readonly controlPlaneRange: string;
  /** Ranges that nodes may reach at every port: their own, those of pods and of managed services. */
  readonly ownRanges: readonly string[];
  /** Addresses of Google's APIs. */
  readonly googleApis: string;
  /**
   * Whether other projects are in the network: what comes in is refused for the nodes alone.
   *
   * @default false
   */
  readonly shared?: boolean;
  /**
   * What must exist first, such as the right to use a shared network.
   *
   * @default - nothing but the network
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Pods that the control plane calls. */
export interface ControlPlaneCall {
  /** TCP ports of the pods. */
  readonly ports: readonly number[];
  /** Who listens there. */
  readonly listener: string;
}

/** Addresses outside the cluster that pods call, or that call pods. */
export interface AddressFlow {
  /** What is there. */
  readonly name: string;
  readonly cidrs: readonly string[];
  /** TCP ports. */
  readonly ports: readonly number[];
}

/**
 * Firewall of a cluster's nodes. In: the control plane reaches the named ports of pods, all else is refused and logged.
 * Out: the nodes' own ranges, Google's APIs, and what somebody was named for; all else is refused and logged too.
 *
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules
 */
export class NetworkFirewall extends Construct {
  private readonly props: NetworkFirewallProps;

  constructor(scope: Construct, id: string, props: NetworkFirewallProps) {
    super(scope, id);
    this.props = props;
    this.rule("DenyIngress", "deny-ingress", {
      description: "What no other rule allows is refused, with a log entry",
      direction: "INGRESS",
      // NET-04: the implied rule refuses too, but says nothing.
      priority: lastPriority,
      sourceRanges: [everywhere],
      ...(props.shared && { targetTags: [props.nodeTag] }),
      deny: [{ protocol: "all" }],
    });
    this.rule("DenyEgress", "deny-egress", {
      description: "Nodes reach nothing that no other rule allows",
      direction: "EGRESS",
      // NET-04: the implied rule allows everything, so a node that was taken over could send data anywhere.
      priority: lastPriority,
      destinationRanges: [everywhere],
      targetTags: [props.nodeTag],
      deny: [{ protocol: "all" }],
    });
    this.rule("DenyPrivate", "deny-private", {
      description: "Networks beside this one are no part of the internet: nodes reach what was named of them",
      direction: "EGRESS",
      // NET-04: else a peered network, or one behind a VPN, would be open at every port of the internet.
      priority: privatePriority,
      destinationRanges: privateRanges,
      targetTags: [props.nodeTag],
      deny: [{ protocol: "all" }],
    });
    this.egress("ToOwnRanges", "to-own-ranges", "Nodes, pods, control plane and managed services", {
      destinationRanges: [...new Set([...props.ownRanges, props.controlPlaneRange])],
      allow: [{ protocol: "all" }],
    });
    this.egress("ToGoogleApis", "to-google-apis", "Google's APIs, at their addresses for private networks", {
      destinationRanges: [props.googleApis],
      allow: [{ protocol: "tcp", ports: [String(httpsPort)] }],
    });
  }

  /**
   * Opens ports of pods to the control plane; those that GKE opens itself are left out.
   *
   * @throws PlatformError for what is no port
   */
  allowControlPlane(calls: readonly ControlPlaneCall[]): void {
    const { controlPlaneRange, nodeTag } = this.props;
    const ports = this.distinct(calls.flatMap((call) => call.ports)).filter((port) => !gkeManagedPorts.includes(port));
    // A rule without ports would allow all of them, so with no port there is no rule.
    if (ports.length === 0) return;
    const listeners = (port: number) =>
      [...new Set(calls.filter((call) => call.ports.includes(port)).map(({ listener }) => listener))].sort();
    this.rule("ControlPlane", "control-plane", {
      description: `Control plane to ${ports.map((port) => `${listeners(port).join(", ")} (${port})`).join(", ")}`,
      direction: "INGRESS",
      // NET-03: from the control plane's own range to nodes of this cluster, and only the ports that are called.
      sourceRanges: [controlPlaneRange],
      targetTags: [nodeTag],
      allow: [{ protocol: "tcp", ports: ports.map(String) }],
    });
  }

  /**
   * Opens ports of pods to addresses that are no pods, such as those of load balancers; never to everybody (NET-04).
   *
   * @throws PlatformError for what is no port
   */
  allowIn(flows: readonly AddressFlow[]): void {
    for (const { name, cidrs, ports } of this.byName(flows.filter(({ cidrs: from }) => !from.includes(everywhere)))) {
      const rule = {
        description: `What ${name} calls`,
        direction: "INGRESS",
        sourceRanges: cidrs,
        targetTags: [this.props.nodeTag],
        allow: [{ protocol: "tcp", ports }],
      };
      // A load balancer asks every pod for its health every few seconds, and has a log of its own.
      this.rule(`From-${name}`, `from-${name}`, rule, false);
    }
  }

  /**
   * Opens ways out of the network. The internet is one of them in any case: nodes pull images there.
   *
   * @throws PlatformError for what is no port
   */
  allowOut(ways: readonly AddressFlow[]): void {
    const known = [...Object.values(googleApiRanges), ...this.props.ownRanges];
    const isPublic = ({ cidrs }: AddressFlow) => cidrs.includes(everywhere);
    this.egress("ToInternet", "to-internet", "Images, and what services call at public addresses, by the NAT", {
      priority: internetPriority,
      destinationRanges: [everywhere],
      allow: [
        {
          protocol: "tcp",
          ports: this.distinct([httpsPort, ...ways.filter(isPublic).flatMap(({ ports }) => ports)]).map(String),
        },
      ],
    });
    const others = ways.filter((way) => !isPublic(way) && !way.cidrs.every((cidr) => known.includes(cidr)));
    for (const { name, cidrs, ports } of this.byName(others)) {
      this.egress(`To-${name}`, `to-${name}`, `What services call at ${name}`, {
        destinationRanges: cidrs,
        allow: [{ protocol: "tcp", ports }],
      });
    }
  }

  /** One entry for each name, with all its ranges and ports. */
  private byName(flows: readonly AddressFlow[]) {
    return [...new Set(flows.map(({ name }) => name))].sort().map((name) => {
      const same = flows.filter((flow) => flow.name === name);
      return {
        name,
        cidrs: [...new Set(same.flatMap(({ cidrs }) => cidrs))].sort(),
        ports: this.distinct(same.flatMap(({ ports }) => ports)).map(String),
      };
    });
  }

  private egress(id: string, name: string, description: string, rule: Partial<ComputeFirewallConfig>): void {
    this.rule(id, name, { description, direction: "EGRESS", targetTags: [this.props.nodeTag], ...rule }, false);
  }

  /** Rules that allow a way out have no log of their own: flow logs and the NAT's say the same. */
  private rule(id: string, name: string, rule: Omit<ComputeFirewallConfig, "name" | "network">, logged = true): void {
    const { project, prefix, network, dependsOn } = this.props;
    new ComputeFirewall(this, id, {
      project,
      name: gcpName(this, "firewall", prefix, name),
      network,
      ...rule,
      ...(dependsOn && { dependsOn: [...dependsOn] }),
      ...(logged && { logConfig: { metadata: "INCLUDE_ALL_METADATA" } }),
    });
  }

  private distinct(ports: readonly number[]): readonly number[] {
    const wrong = ports.find((port) => !Number.isInteger(port) || port < 1 || port > 65535);
    if (wrong !== undefined) {
      throw new PlatformError(this, `a flow has the port ${wrong}`, "use port numbers from 1 to 65535");
    }
    return [...new Set(ports)].sort((a, b) => a - b);
  }
}
