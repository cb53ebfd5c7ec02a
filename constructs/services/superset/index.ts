export type { SupersetCredentials, SupersetProps } from "./props";
export { beatResources, Superset } from "./superset";
