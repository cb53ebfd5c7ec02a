import type { IConstruct } from "constructs";
import { DeploySettings } from "../terraform";

/** Annotations of an object that holds data: Helm leaves it when its release goes, unless a plan may destroy data. */
export function keepData(scope: IConstruct): { readonly [key: string]: string } {
  return DeploySettings.of(scope).allowDestroy ? {} : { "helm.sh/resource-policy": "keep" };
}
