import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import { Construct } from "constructs";
import { idOf } from "../../../kubernetes/names";
import type { WatchedPlace } from "../watched-place";
import { clusterDashboard, networkDashboard, servicesDashboard } from "./cluster-and-network";
import { analyticsDashboard, costDashboard, dataDashboard, vaultDashboard } from "./data-and-cost";
import { type DashboardLayout, dashboardDocument } from "./tile";

/** The dashboards that every environment has, by the layer that they show. */
export const layerDashboards = {
  network: networkDashboard,
  cluster: clusterDashboard,
  services: servicesDashboard,
  vault: vaultDashboard,
  data: dataDashboard,
  analytics: analyticsDashboard,
  cost: costDashboard,
} satisfies Readonly<Record<string, (place: WatchedPlace) => DashboardLayout>>;

/** A dashboard per layer of an environment. */
export class LayerDashboards extends Construct {
  readonly titles: readonly string[];

  constructor(scope: Construct, id: string, place: WatchedPlace) {
    super(scope, id);
    const layouts = Object.entries(layerDashboards).map(([layer, layout]) => ({ layer, layout: layout(place) }));
    for (const { layer, layout } of layouts) {
      new MonitoringDashboard(this, idOf(layer), {
        project: place.project,
        dashboardJson: JSON.stringify(dashboardDocument(layout, { environment: place.environment, layer })),
      });
    }
    this.titles = layouts.map(({ layout }) => layout.title);
  }
}
