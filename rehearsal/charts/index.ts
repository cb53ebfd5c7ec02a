export { chartDataFolder, chartsWithData } from "./data";
export { type ChartRequest, type ChartSource, findChart, type PrefetchOptions, prefetchCharts } from "./prefetch";
