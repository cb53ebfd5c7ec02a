export { chartDataFolder, chartsWithData } from "./data";
export { type ChartRequest, type ChartSource, type PrefetchOptions, prefetchCharts } from "./prefetch";
