import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ServiceContext } from "../../constructs/services";
import type { ServiceName, Services } from "..";
import { addAliases } from "./aliases";
import { bucketsOn, googleIdentitiesOn } from "./google-identities";
import { servicesOn } from "./on";
import { type Offered, siteOf } from "./site";

/** Settings of {@link DataPlatformServices}. */
export interface DataPlatformServicesProps {
  readonly context: ServiceContext;
  /** The services that are on. */
  readonly services: Services;
  /**
   * Secrets and accounts that the environment names itself and that services refer to by name.
   *
   * @default - none
   */
  readonly declared?: readonly ITerraformDependable[];
}

/** Where a service can be reached from inside the cluster. */
export interface ServiceConnection {
  readonly service: ServiceName;
  readonly namespace: string;
  /** URL or connection string, without credentials. */
  readonly address: string;
}

/** Builds the data services that are on, in the order of the catalogue, and wires them. */
export class DataPlatformServices extends Construct {
  /** What the services offer, in the order in which they were built. */
  readonly offers: readonly Offered[];
  /** Where each service can be reached from inside the cluster, in the order in which they were built. */
  readonly connections: readonly ServiceConnection[];

  /** @throws PlatformError for a service whose need is off */
  constructor(scope: Construct, id: string, { context, services, declared = [] }: DataPlatformServicesProps) {
    super(scope, id);
    const on = servicesOn(services);
    const buckets = bucketsOn(services);
    const identities = googleIdentitiesOn(services);
    const offers: Offered[] = [];
    const connections: ServiceConnection[] = [];
    for (const { name, definition, settings } of on) {
      const site = siteOf(name, { scope: this, context, declared, buckets, identities, offers });
      const offered = { service: name, ...definition.build(site, settings) };
      offers.push(offered);
      if (offered.address !== undefined) {
        connections.push({ service: name, namespace: settings.namespace, address: offered.address });
      }
      addAliases(this, { service: name, namespace: context.namespace(settings.namespace), settings, offered });
    }
    this.offers = offers;
    this.connections = connections;
  }
}
