import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { declaredKey, isSparkConnect, type ServiceContext } from "../../constructs/services";
import { PlatformError } from "../../constructs/terraform";
import type { GoogleIdentity, ServiceOffers, ServiceSite } from "../definition";

/** What was offered, and by whom. */
export type Offered = ServiceOffers & { readonly service: string };

/** What a {@link siteOf} is made from. */
export interface SiteProps {
  readonly scope: Construct;
  readonly context: ServiceContext;
  readonly declared: readonly ITerraformDependable[];
  readonly buckets: readonly string[];
  readonly identities: readonly GoogleIdentity[];
  readonly offers: readonly Offered[];
}

/** The place of one service, which sees what the services before it offer. */
export function siteOf(
  service: string,
  { scope, context, declared, buckets, identities, offers }: SiteProps,
): ServiceSite {
  const need: ServiceSite["need"] = (needed, by, what) => {
    if (needed === undefined) {
      throw new PlatformError(scope, `${by} needs ${what}, which is off`, `add ${what} or leave ${by} out`);
    }
    return needed;
  };
  const first = <Key extends keyof ServiceOffers>(key: Key) => offers.find((offer) => offer[key] !== undefined)?.[key];
  const bucket: ServiceSite["bucket"] = (name) => need(first("objectStore"), service, "objectStore").bucket(name);
  return {
    scope,
    context,
    declared,
    buckets,
    identities,
    offers,
    need,
    namespace: (name) => context.namespace(name),
    declaredKey: (reference) => declaredKey(scope, context, reference),
    sqlServer: (name) => need(offers.find((offer) => offer.service === name)?.sqlServer, service, name),
    database: (name) => offers.flatMap(({ databases = [] }) => databases).find(({ database }) => database === name),
    bucket,
    keyedBucket: (name) => {
      const found = bucket(name);
      if (found.kind !== "s3") {
        throw new PlatformError(
          scope,
          `${service} opens bucket "${name}" by a key pair, and the object store has none`,
          'set objectStore.gcs.access to "keys"',
        );
      }
      return found;
    },
    catalogs: offers.flatMap(({ catalogs = [] }) => catalogs),
    queryEngines: offers.flatMap(({ queryEngines = [] }) => queryEngines),
    jobNamespaces: offers.flatMap(({ jobNamespaces = [] }) => jobNamespaces),
    keyValueStore: first("keyValueStore"),
    messageBroker: first("messageBroker"),
    schemaRegistry: first("schemaRegistry"),
    sparkConnect: offers.map(({ sparkCluster }) => sparkCluster).find((cluster) => cluster && isSparkConnect(cluster)),
  };
}
