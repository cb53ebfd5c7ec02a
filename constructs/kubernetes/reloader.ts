import { Construct } from "constructs";
import { charts } from "../../charts";
import { ChartRelease } from "./chart-release";
import type { INamespace } from "./namespace";
import type { NetworkFlows } from "./network-flows";
import { readOnlyContainer } from "./pod-security";
import type { Resources } from "./resources";

/** Settings of a {@link Reloader}. */
export interface ReloaderProps {
  readonly namespace: INamespace;
  readonly flows: NetworkFlows;
  readonly resources: Resources;
}

/**
 * Restarts a workload when a Secret or ConfigMap changes that its annotation names, so that a rotated secret is used.
 *
 * @see https://docs.stakater.com/reloader/
 */
export class Reloader extends Construct {
  readonly release: ChartRelease;

  constructor(scope: Construct, id: string, props: ReloaderProps) {
    super(scope, id);
    this.release = new ChartRelease(this, "Release", {
      chart: charts.reloader,
      namespace: props.namespace,
      releaseName: "reloader",
      onFailure: "remove",
      values: {
        reloader: {
          // Variables written into a workload would be drift to Terraform and Flux; annotations of its pods are not.
          reloadStrategy: "annotations",
          readOnlyRootFileSystem: true,
          deployment: {
            resources: props.resources,
            containerSecurityContext: readOnlyContainer,
          },
        },
      },
    });
    props.flows.allowApiServer({ namespace: props.namespace, name: "reloader" });
  }
}
