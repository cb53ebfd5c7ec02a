import { readOnlyContainer, restrictedJobPod } from "../kubernetes";
import { vaultAccess } from "./vault-access";

/**
 * What the pods of jobs that talk to Vault have in common: a user that owns nothing, Vault's CA, and a token for Vault and
 * nobody else. In the types of Terraform's Kubernetes provider.
 */
export const clientJob = {
  /** User and group are those of every `nobody`. */
  podSecurity: restrictedJobPod("65534"),

  /** Context of each container. */
  containerSecurity: () => ({ ...readOnlyContainer, runAsNonRoot: true, capabilities: { drop: ["ALL"] } }),

  /** Volumes `tls`, with `ca.crt`, and `token`, with `token`. */
  volumes: () => [
    {
      name: "tls",
      secret: { secretName: vaultAccess.serverCertificate, items: [{ key: "ca.crt", path: "ca.crt" }] },
    },
    {
      name: "token",
      projected: [
        {
          sources: [{ serviceAccountToken: { audience: vaultAccess.audience, expirationSeconds: 600, path: "token" } }],
        },
      ],
    },
  ],
} as const;
