import { alignersOf, filterOf, metrics } from "../../../../constructs/gke/observability/metrics";

test("a filter names the metric, its resource and each label", () => {
  expect(filterOf(metrics.volumeUse)).toBe(
    'metric.type="kubernetes.io/pod/volume/utilization" AND resource.type="k8s_pod"',
  );
  expect(filterOf(metrics.volumeUse, { "resource.label.cluster_name": "gke-dev" })).toBe(
    'metric.type="kubernetes.io/pod/volume/utilization" AND resource.type="k8s_pod" AND resource.label.cluster_name="gke-dev"',
  );
});

test("a comparison goes into a filter as it is", () => {
  expect(filterOf(metrics.apiServerRequests, { "metric.label.code": 'starts_with("5")' })).toMatch(
    /metric\.label\.code=starts_with\("5"\)$/,
  );
});

test("aligners follow from the kind of a metric", () => {
  expect(alignersOf(metrics.nodeCpu)).not.toContain("ALIGN_RATE");
  expect(alignersOf(metrics.containerRestarts)).toEqual(["ALIGN_RATE", "ALIGN_DELTA"]);
  expect(alignersOf(metrics.natAllocationFailed)).not.toContain("ALIGN_MEAN");
  expect(alignersOf(metrics.backupsDone)).not.toContain("ALIGN_RATE");
});

test("no two rows are the same metric", () => {
  const types = Object.values(metrics).map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
});
