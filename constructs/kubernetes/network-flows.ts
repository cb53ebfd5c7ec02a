import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PlatformError } from "../terraform";
import { idOf } from "./names";
import type { INamespace } from "./namespace";

/** One end of a flow: pods of a namespace, or addresses outside the pod network. */
export type FlowEnd =
  | {
      readonly namespace: INamespace;
      /** Name of the end in the table and in the policy, such as `trino`. */
      readonly name: string;
      /**
       * Labels of the pods.
       *
       * @default - all pods of the namespace
       */
      readonly podLabels?: { readonly [key: string]: string };
      /**
       * Whether somebody else decides who calls these pods: they get no policy, since a first one would shut out all others.
       *
       * @default false
       */
      readonly foreign?: boolean;
    }
  | {
      readonly name: string;
      /** Ranges in CIDR notation. */
      readonly cidrs: readonly string[];
      /**
       * Ranges within that are left out.
       *
       * @default - none
       */
      readonly except?: readonly string[];
      /**
       * Pods of `kube-system` that call in the place of these addresses, by their labels.
       *
       * @default - none
       */
      readonly agentLabels?: { readonly [key: string]: string };
    };

/** One row of the table who talks to whom. */
export interface Flow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  /** TCP ports of the receiving pods (not of their Service). */
  readonly ports: readonly number[];
  /**
   * UDP ports of the receiving pods.
   *
   * @default - none
   */
  readonly udpPorts?: readonly number[];
  /** Why the flow is there, a few words for the reviewer of the table. */
  readonly reason: string;
}

/** The address of a cluster's API server as network policies see it: after the translation of its Service address. */
export interface ApiServerEndpoint {
  readonly cidrs: readonly string[];
  readonly port: number;
  /**
   * Pods of `kube-system` through which the API server calls pods, by their labels, where it has no address in the
   * network itself.
   *
   * @default - none: the API server calls from its own addresses
   */
  readonly agentLabels?: { readonly [key: string]: string };
}

/** Annotation in which a policy says what it is for; `terralake verify --matrix` prints it. */
const reasonAnnotation = "terralake.dev/reason";

/**
 * The flows of a stack, and the network policies that allow exactly them (rule NET-08): each flow opens egress at its
 * sender and ingress at its receiver, as far as these are pods.
 */
export class NetworkFlows extends Construct {
  private readonly rows = new Map<string, Flow>();
  private readonly made: NetworkPolicyV1[] = [];

  /** The API server's end of a flow (rule NET-06a). */
  readonly apiServer: FlowEnd;

  constructor(
    scope: Construct,
    id: string,
    private readonly endpoint: ApiServerEndpoint,
  ) {
    super(scope, id);
    this.apiServer = { name: "api-server", cidrs: endpoint.cidrs, agentLabels: endpoint.agentLabels };
  }

  /** The table, in the order of declaration. */
  get flows(): readonly Flow[] {
    return [...this.rows.values()];
  }

  /** The policies so far, for the `dependsOn` of what cannot be removed without them. */
  get policies(): readonly ITerraformDependable[] {
    return [...this.made];
  }

  /**
   * Allows a flow.
   *
   * @throws PlatformError when the same pair of ends is declared twice, and when two pairs have the same names so that
   * their policies would too
   */
  allow(flow: Flow): void {
    const name = `${flow.from.name}-to-${flow.to.name}`;
    const key = `${namespaceOf(flow.from)}/${name}/${namespaceOf(flow.to)}`;
    if (this.rows.has(key)) {
      throw new PlatformError(this, `the flow ${key} is there twice`, "put all its ports into one row");
    }
    this.rows.set(key, flow);
    const ports = [
      ...flow.ports.map((port) => ({ protocol: "TCP", port: String(port) })),
      ...(flow.udpPorts ?? []).map((port) => ({ protocol: "UDP", port: String(port) })),
    ];
    if ("namespace" in flow.from && !flow.from.foreign) {
      this.policy(flow.from, name, "egress", flow.reason, { egress: [{ to: peers(flow.to), ports }] });
    }
    if ("namespace" in flow.to && !flow.to.foreign) {
      this.policy(flow.to, name, "ingress", flow.reason, {
        ingress: [{ from: [...peers(flow.from), ...agents(flow.from)], ports }],
      });
    }
  }

  /** Lets pods call the API server. */
  allowApiServer(from: Extract<FlowEnd, { namespace: INamespace }>): void {
    this.allow({ from, to: this.apiServer, ports: [this.endpoint.port], reason: "calls the Kubernetes API" });
  }

  /** Lets the API server call the webhook, aggregated API or proxied service of pods. */
  allowFromApiServer(
    to: Extract<FlowEnd, { namespace: INamespace }>,
    ports: readonly number[],
    reason = "admission webhook",
  ): void {
    this.allow({ from: this.apiServer, to, ports, reason });
  }

  private policy(
    end: Extract<FlowEnd, { namespace: INamespace }>,
    name: string,
    direction: "egress" | "ingress",
    reason: string,
    rules: { readonly egress: object[] } | { readonly ingress: object[] },
  ): void {
    const policyName = `${name}-${direction}`;
    const id = idOf(`${end.namespace.name}-${policyName}`);
    if (this.node.tryFindChild(id)) {
      throw new PlatformError(
        this,
        `the namespace ${end.namespace.name} has two policies "${policyName}"`,
        "give one of the ends another name, such as one with its namespace",
      );
    }
    const made = new NetworkPolicyV1(this, id, {
      metadata: { name: policyName, namespace: end.namespace.name, annotations: { [reasonAnnotation]: reason } },
      spec: {
        podSelector: selector(end.podLabels),
        policyTypes: [direction === "egress" ? "Egress" : "Ingress"],
        ...rules,
      },
      dependsOn: end.namespace.resource ? [end.namespace.resource] : undefined,
    });
    this.made.push(made);
  }
}

function namespaceOf(end: FlowEnd): string {
  return "namespace" in end ? end.namespace.name : "outside";
}

function selector(labels: { readonly [key: string]: string } | undefined): { matchLabels?: Record<string, string> } {
  return labels ? { matchLabels: { ...labels } } : {};
}

function peers(end: FlowEnd): object[] {
  if ("namespace" in end) {
    return [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": end.namespace.name } },
        podSelector: selector(end.podLabels),
      },
    ];
  }
  return end.cidrs.map((cidr) => ({ ipBlock: { cidr, ...(end.except ? { except: [...end.except] } : {}) } }));
}

/** Agents call into the cluster only: they are peers of ingress, never of egress. */
function agents(end: FlowEnd): object[] {
  if ("namespace" in end || !end.agentLabels) {
    return [];
  }
  return [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: selector(end.agentLabels),
    },
  ];
}
