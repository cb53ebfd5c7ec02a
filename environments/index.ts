import { datalypticaOnKind } from "./datalyptica";
import { gkeDev } from "./gke-dev";
import { gkeProd } from "./gke-prod";
import { gkeStaging } from "./gke-staging";
import { kind } from "./kind";
import { minikube } from "./minikube";
import { type Environment, environmentsTogether } from "./schema";

/** Every environment, from the laptop to prod; the order in which they are listed everywhere. */
export const environments: readonly Environment[] = environmentsTogether([
  minikube,
  kind,
  datalypticaOnKind,
  gkeDev,
  gkeStaging,
  gkeProd,
]);

/** Names of {@link environments}, in the same order. */
export const environmentNames: readonly string[] = environments.map(({ name }) => name);
