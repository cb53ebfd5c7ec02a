/** What a container asks for and may use at most; Kubernetes quantities such as `500m` and `2Gi`. */
export type Resources = {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: {
    /** Absent: the container may use idle CPU. */
    readonly cpu?: string;
    readonly memory: string;
  };
};
