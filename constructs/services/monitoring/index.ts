export type { WatchedService } from "./dashboards/service-dashboard";
export { lateTarget } from "./late-target";
export { Monitoring, type MonitoringProps } from "./monitoring";
export { monitoringPods, type PartResources } from "./parts";
export type { AlertReceivers } from "./receivers";
export type { LogSettings } from "./settings";
