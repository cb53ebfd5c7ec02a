import { layerDashboards } from "../../../../constructs/gke";
import { type ChartTile, dashboardDocument } from "../../../../constructs/gke/observability/dashboards/tile";
import { metrics } from "../../../../constructs/gke/observability/metrics";

const place = {
  environment: "gke-dev",
  project: "example-dev",
  region: "europe-west1",
  cluster: "gke-dev",
  vaultNamespace: "vault",
  snapshotBucket: "example-dev-gke-dev-snapshots",
  databases: true,
  memorystore: true,
  composer: true,
  inspection: true,
};

const tile: ChartTile = { title: "CPU", metric: metrics.nodeCpu, align: "ALIGN_MEAN" };

describe("dashboardDocument", () => {
  it("puts three tiles beside each other, none over another", () => {
    const { mosaicLayout } = dashboardDocument({ title: "a", tiles: Array.from({ length: 5 }, () => tile) }, {});
    expect(mosaicLayout.tiles.map(({ xPos, yPos }) => [xPos, yPos])).toEqual([
      [0, 0],
      [16, 0],
      [32, 0],
      [0, 16],
      [16, 16],
    ]);
    for (const { xPos, width } of mosaicLayout.tiles) {
      expect(xPos + width).toBeLessThanOrEqual(mosaicLayout.columns);
    }
  });

  it("refuses an aligner that the metric has not", () => {
    expect(() => dashboardDocument({ title: "a", tiles: [{ ...tile, align: "ALIGN_RATE" }] }, {})).toThrow(
      'tile "CPU": ALIGN_RATE does not suit kubernetes.io/node/cpu/allocatable_utilization; use ALIGN_MEAN, ALIGN_MAX, ALIGN_MIN, ALIGN_NEXT_OLDER',
    );
  });
});

describe("the dashboards of the layers", () => {
  const layouts = Object.entries(layerDashboards).map(([layer, layout]) => [layer, layout(place)] as const);

  it.each(layouts)("%s is one that the API takes", (_, layout) => {
    const { mosaicLayout } = dashboardDocument(layout, {});
    // The API takes 100 widgets at most.
    expect(mosaicLayout.tiles.length).toBeGreaterThan(4);
    expect(mosaicLayout.tiles.length).toBeLessThan(100);
  });

  it("look at what the platform promised: network, cluster and BigQuery", () => {
    const shown = (layer: keyof typeof layerDashboards) => JSON.stringify(layerDashboards[layer](place));
    expect(shown("network")).toContain(metrics.natPortUse.type);
    expect(shown("network")).toContain(metrics.firewallDropped.type);
    expect(shown("network")).toContain(metrics.dnsResponses.type);
    expect(shown("cluster")).toContain(metrics.apiServerRequests.type);
    expect(shown("analytics")).toContain(metrics.bigquerySlots.type);
    expect(shown("vault")).toContain(place.snapshotBucket);
  });
});
