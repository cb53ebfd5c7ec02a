import type { FlowEnd, INamespace } from "../../kubernetes";

/** Pods of a namespace, as the table of flows knows them. */
export type PodsEnd = Extract<FlowEnd, { readonly namespace: INamespace }>;

/** Where a service listens: its pods and the port of those pods. Who uses the service declares the flow. */
export interface ServiceEndpoint {
  readonly end: FlowEnd;
  /** TCP port of the pods, not of their Service. */
  readonly port: number;
}
