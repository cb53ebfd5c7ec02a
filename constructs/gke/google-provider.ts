import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import type { Construct } from "constructs";
import type { GkePlace } from "./addresses";

/** Settings of {@link googleProvider}. */
export interface GoogleProviderProps extends GkePlace {
  /**
   * Service account, by email, whose short-lived tokens the provider uses.
   *
   * @default - the identity of whoever runs Terraform
   */
  readonly impersonate?: string;
  /**
   * Name by which resources choose the provider, where a stack has another one.
   *
   * @default - the provider of every resource that names none
   */
  readonly alias?: string;
}

/** Configures a google provider of the stack, its one unless it has an alias: project, region, identity and the labels of every resource. */
export function googleProvider(scope: Construct, props: GoogleProviderProps): GoogleProvider {
  const provider = new GoogleProvider(scope, props.alias ? `Google-${props.alias}` : "Google", {
    alias: props.alias,
    project: props.project,
    region: props.region,
    // TF-06, TF-09: credentials of this environment alone, short-lived and renewed during a long apply.
    impersonateServiceAccount: props.impersonate,
  });
  // An override, since CDKTF writes every key of a provider in snake case: `managed-by` would become `managed_by`.
  provider.addOverride("default_labels", { environment: props.environment, "managed-by": "terralake" });
  return provider;
}
