export type { Backend } from "./backend";
export {
  type Amounts,
  type Capacity,
  type CapacityInput,
  type ComponentRequest,
  capacity,
  largestPodOf,
  type PoolCapacity,
  requestedBy,
  rolesOf,
} from "./capacity";
export { addressCount, type Cidr, contains, overlaps, parseCidr } from "./cidr";
export {
  defineEnvironment,
  type Environment,
  type EnvironmentInput,
  type EnvironmentResult,
  environmentInput,
  readEnvironment,
} from "./environment";
export { describeProblem, EnvironmentError, type Problem } from "./errors";
export type { Git } from "./git";
export { type GithubCi, type Google, ofTier, type Tier, type TierSetting, tierSettings } from "./google";
export type { Analytics } from "./google/analytics";
export type { Dataset } from "./google/analytics/datasets";
export { edgeNames } from "./google/edge";
export { ENVIRONMENT_NAME_LENGTH, platformNamespaces } from "./names";
export { type GkeRanges, type GkeVpc, NAT_PORTS_PER_NODE, type SharedNetwork } from "./network";
export type { NodePool, PoolRole } from "./node-pool";
export { type Oidc, type People, type PeopleRole, peopleRoles } from "./people";
export {
  FLUX_CONTROLLERS,
  type PlatformComponent,
  platformComponents,
  platformReplicas,
  platformResources,
} from "./platform";
export { type Bytes, type Cpu, formatBytes, formatCpu, parseBytes, parseCpu } from "./quantity";
export type { Resources, ResourcesInput } from "./resources";
export {
  type DeclaredSecret,
  type DeclaredValue,
  highestVersion,
  type SecretCopy,
  type Secrets,
  type SecretsInput,
  type SharedReader,
} from "./secrets";
export { type ServiceName, type Services, type ServicesInput, serviceNames } from "./services";
export type { Size } from "./sizes";
export { type ChartSource, type Charts, type Images, minikubeRegistry } from "./sources";
export { closest } from "./suggest";
export type {
  ApiServer,
  GkeTarget,
  KindTarget,
  MinikubeTarget,
  NodeGroup,
  Target,
  Volumes,
} from "./target";
export { DISK_CLASS, sizeOf } from "./target";
export { environmentsTogether } from "./together";
export type { Vault } from "./vault";
