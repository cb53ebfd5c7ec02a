import type { ContainerClusterConfig } from "@cdktf/provider-google/lib/container-cluster";

/** A network that may reach a control plane by its address. */
export interface AuthorizedNetwork {
  readonly cidr: string;
  /** Whose it is. */
  readonly name: string;
}

/** How a control plane is reached. */
export interface ControlPlaneAccess {
  /** Range of 16 addresses of the control plane. */
  readonly range: string;
  /**
   * Networks that may reach the control plane by its address, beside its DNS name.
   *
   * @default - none: there is no address
   */
  readonly authorizedNetworks?: readonly AuthorizedNetwork[];
  /**
   * Whether that address is on the internet.
   *
   * @default false
   */
  readonly publicEndpoint?: boolean;
}

/** How the control plane is reached and who may authenticate. */
export function controlPlane(access: ControlPlaneAccess): Partial<ContainerClusterConfig> {
  const { range, authorizedNetworks = [], publicEndpoint = false } = access;
  const byAddress = authorizedNetworks.length > 0;
  return {
    // GKE-01: no node has a public address. The control plane's range is stated, as firewall and network policies name it.
    privateClusterConfig: {
      enablePrivateNodes: true,
      // GKE-03: where there is an address, it is a private one unless somebody outside was let in.
      enablePrivateEndpoint: byAddress ? !publicEndpoint : undefined,
      masterIpv4CidrBlock: range,
    },
    // GKE-02: the API is reached by name, IAM decides who gets through; without networks there is no address to scan.
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: true },
      ipEndpointsConfig: { enabled: byAddress },
    },
    // GKE-03: named networks, and none of Google's own public addresses, behind which is every customer of Google.
    masterAuthorizedNetworksConfig: byAddress
      ? {
          gcpPublicCidrsAccessEnabled: false,
          privateEndpointEnforcementEnabled: true,
          cidrBlocks: authorizedNetworks.map(({ cidr, name }) => ({ cidrBlock: cidr, displayName: name })),
        }
      : undefined,
    // GKE-13: no credential that never ends, no permissions outside RBAC, no unsupported API.
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    enableLegacyAbac: false,
    enableKubernetesAlpha: false,
    // GKE-04: a role bound to "everybody with a Google account" or to nobody in particular is refused.
    rbacBindingConfig: {
      enableInsecureBindingSystemAuthenticated: false,
      enableInsecureBindingSystemUnauthenticated: false,
    },
  };
}
