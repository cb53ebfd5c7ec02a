import type { ITerraformDependable } from "cdktf";
import type { SecretKey } from "../../secrets";
import type { PodsEnd, ServiceEndpoint } from "./endpoint";

/** Where Spark code can be sent to. */
export interface SparkCluster {
  /** `spark://host:7077` of a stand-alone master or `sc://host:15002` of a Spark Connect server. */
  readonly url: string;
  readonly server: ServiceEndpoint;
  /**
   * `spark.authenticate.secret`, which a driver needs beside the URL.
   *
   * @default - the server asks for none
   */
  readonly secret?: SecretKey;
  /**
   * Lets pods send code: opens the flows to the server, and back where executors call the driver at ports 7078 and 7079.
   *
   * @default - the flow to `server` is all
   */
  readonly admit?: (pods: PodsEnd) => void;
  /**
   * What to wait for, where it is made in the same stack.
   *
   * @default - nothing
   */
  readonly resource?: ITerraformDependable;
}

/** Whether code is sent to a server of Spark Connect, so that whoever sends it needs neither Java nor ports to be called at. */
export function isSparkConnect({ url }: SparkCluster): boolean {
  return url.startsWith("sc://");
}
