export type { GatewaySettings } from "./gateway";
export { type Edge, Ingress, type IngressProps, type Login } from "./ingress";
export type { OidcLogin } from "./login-proxy";
export { openShiftRoute } from "./openshift";
export type { WebRoute } from "./routes";
export { type TraefikService, traefikPods, traefikPorts } from "./traefik";
