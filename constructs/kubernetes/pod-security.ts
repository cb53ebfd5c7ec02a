/**
 * Security contexts of the restricted Pod Security profile (rule K8S-02).
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */

/**
 * Context of a pod whose processes run as one user, which also owns its volumes.
 *
 * @param user its id, in the type that the taker wants
 */
export function restrictedJobPod<User extends number | string>(user: User) {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    seccompProfile: { type: "RuntimeDefault" },
  } as const;
}

/** The same for a pod that keeps its volumes: one of many files is not walked again at each start. */
export function restrictedPod(user: number) {
  return { ...restrictedJobPod(user), fsGroupChangePolicy: "OnRootMismatch" } as const;
}

/** Context of a container that may gain nothing. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
} as const;

/** The same with a root file system that cannot be written, for images that allow it (rule K8S-04). */
export const readOnlyContainer = { ...restrictedContainer, readOnlyRootFilesystem: true } as const;
