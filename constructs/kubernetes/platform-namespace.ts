import { LimitRangeV1 } from "@cdktf/provider-kubernetes/lib/limit-range-v1";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { ResourceQuotaV1 } from "@cdktf/provider-kubernetes/lib/resource-quota-v1";
import { Construct } from "constructs";
import { PlatformError } from "../terraform";
import type { INamespace } from "./namespace";

/** Levels of the Kubernetes Pod Security Standards. */
export type PodSecurityLevel = "restricted" | "baseline" | "privileged";

/** What all pods of a namespace may ask for together; Kubernetes quantities. */
export interface NamespaceQuota {
  /** Sum of CPU requests, such as `4` or `500m`. */
  readonly cpu: string;
  /** Sum of memory requests, such as `8Gi`. */
  readonly memory: string;
  /** Number of pods. */
  readonly pods: number;
}

/** Settings of a {@link PlatformNamespace}. */
export interface PlatformNamespaceProps {
  /** Name: a DNS label of at most 63 characters. */
  readonly name: string;
  /** Upper bounds for all pods together (rule K8S-05). */
  readonly quota: NamespaceQuota;
  /**
   * Level that the namespace enforces, audits and warns of (rule K8S-01).
   *
   * @default "restricted"
   */
  readonly podSecurity?: PodSecurityLevel;
}

/** Version of the Pod Security Standards that is enforced; pinned, so that a cluster upgrade cannot refuse pods. */
const podSecurityVersion = "v1.32";

/** DNS: the service itself and the node-local cache (rule NET-06). */
const dnsPorts = [
  { protocol: "UDP", port: "53" },
  { protocol: "TCP", port: "53" },
];

/** A namespace with Pod Security labels, quota, default limits, and no traffic but DNS until a flow allows it. */
export class PlatformNamespace extends Construct implements INamespace {
  readonly name: string;
  readonly podSecurity: PodSecurityLevel;
  readonly quota: NamespaceQuota;
  readonly resource: NamespaceV1;

  /** @throws PlatformError for a name that Kubernetes refuses */
  constructor(scope: Construct, id: string, props: PlatformNamespaceProps) {
    super(scope, id);
    this.name = props.name;
    this.quota = props.quota;
    this.podSecurity = props.podSecurity ?? "restricted";
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(this.name)) {
      throw new PlatformError(
        this,
        `namespace is "${this.name}"`,
        "use lower-case letters, digits and dashes, at most 63 characters",
      );
    }

    this.resource = new NamespaceV1(this, "Resource", {
      metadata: { name: this.name, labels: this.labels() },
    });
    new ResourceQuotaV1(this, "Quota", {
      metadata: { name: "quota", namespace: this.name },
      spec: {
        hard: {
          "requests.cpu": this.quota.cpu,
          "requests.memory": this.quota.memory,
          pods: String(this.quota.pods),
        },
      },
      dependsOn: [this.resource],
    });
    new LimitRangeV1(this, "Limits", {
      metadata: { name: "defaults", namespace: this.name },
      spec: {
        limit: [
          {
            type: "Container",
            defaultRequest: { cpu: "10m", memory: "32Mi" },
            default: { memory: "256Mi" },
          },
        ],
      },
      dependsOn: [this.resource],
    });
    this.policy("DefaultDeny", "default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    this.policy("AllowDns", "allow-dns", {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
            {
              // Dataplane V2 sends the DNS Service's traffic to the cache on the node, and judges that pod.
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "node-local-dns" } },
            },
          ],
          ports: dnsPorts,
        },
        { to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: dnsPorts },
      ],
    });
  }

  private labels(): Record<string, string> {
    return Object.fromEntries(
      ["enforce", "audit", "warn"].flatMap((mode) => [
        [`pod-security.kubernetes.io/${mode}`, this.podSecurity],
        [`pod-security.kubernetes.io/${mode}-version`, podSecurityVersion],
      ]),
    );
  }

  private policy(id: string, name: string, spec: NetworkPolicyV1["specInput"]): void {
    if (spec) {
      new NetworkPolicyV1(this, id, {
        metadata: { name, namespace: this.name },
        spec,
        dependsOn: [this.resource],
      });
    }
  }
}
