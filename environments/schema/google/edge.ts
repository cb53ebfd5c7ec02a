import type * as z from "zod";
import { cidr } from "../cidr";
import { list, oneOf, strict, text, wholeNumber } from "../field";
import type { GkeTarget } from "../target";
import type { Tier } from "./tiers";

const domain = text(
  /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
  "a domain in lower case, such as data.example.com",
  "leave out scheme, port, path and the dot at the end",
);

/** Of names, certificates and addresses under which people reach the environment, in an environment file. */
export const edgeInput = strict({
  domain: domain.optional(),
  access: oneOf("internal", "public").optional(),
  zone: strict({
    name: text(
      /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
      "the name of a zone of Cloud DNS",
      "see `gcloud dns managed-zones list`",
    ),
    project: text(
      /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      "the id of the project that has the zone",
      "copy the id, not the name or number, from `gcloud projects list`",
    ).optional(),
  }).optional(),
  callers: list(cidr(), "IPv4 ranges").optional(),
  requestsPerMinute: wholeNumber(60, 100000).optional(),
});

/** Names, certificates and addresses under which people reach the environment, with every default filled in. */
export interface Edge {
  /**
   * Domain of the environment; each page has a host right below it.
   *
   * @default - none: no name, address or certificate is made
   */
  readonly domain?: string;
  /**
   * Whether the pages have an address in the network only, or one that the whole internet reaches.
   *
   * @default "internal"
   */
  readonly access: "internal" | "public";
  /**
   * Zone of Cloud DNS that has the domain already; only with public access.
   *
   * @default - a zone is made
   */
  readonly zone?: {
    readonly name: string;
    /** @default - the project of the environment */
    readonly project?: string;
  };
  /** Ranges whose requests are taken; only with public access. @default - everybody's */
  readonly callers: readonly string[];
  /** Requests that one address may send in a minute; only with public access. @default 1200 */
  readonly requestsPerMinute: number;
}

/** Fills in the defaults; no tier may have a weaker edge. */
export function resolveEdge(given: z.output<typeof edgeInput> | undefined, _tier: Tier): Edge {
  return {
    ...(given?.domain !== undefined && { domain: given.domain }),
    access: given?.access ?? "internal",
    ...(given?.zone && { zone: given.zone }),
    callers: given?.callers ?? [],
    // A page of Superset or JupyterHub asks for about a hundred files when it opens.
    requestsPerMinute: given?.requestsPerMinute ?? 1200,
  };
}

/** Names of what the edge is made of: the network layer makes them, the Gateway refers to them. */
export interface EdgeNames {
  readonly address: string;
  readonly sslPolicy: string;
  readonly certificateMap: string;
  readonly securityPolicy: string;
}

/** Computes the names of an environment's edge. */
export function edgeNames(environment: string): EdgeNames {
  const name = `${environment}-web`;
  return { address: name, sslPolicy: name, certificateMap: name, securityPolicy: name };
}

/** What the cluster's Gateway takes from the edge. */
export interface GatewayDefaults {
  readonly domain: string;
  readonly className: string;
  readonly address: string;
  readonly sslPolicy: string;
  /** @default - the certificate is a Secret */
  readonly certificateMap?: string;
  /** @default - no requests are refused by Cloud Armor */
  readonly securityPolicy?: string;
  /** Ranges, beside those that Google's health checks always have, from which the load balancer calls pages. */
  readonly sources: readonly string[];
}

/** What the Gateway of an environment takes from its edge; nothing without a domain. */
export function gatewayOf(environment: string, target: GkeTarget, edge: Edge): GatewayDefaults | undefined {
  if (edge.domain === undefined) return undefined;
  const { address, sslPolicy, certificateMap, securityPolicy } = edgeNames(environment);
  const { proxies } = target.network;
  return edge.access === "public"
    ? {
        domain: edge.domain,
        className: "gke-l7-global-external-managed",
        address,
        sslPolicy,
        certificateMap,
        securityPolicy,
        sources: [],
      }
    : { domain: edge.domain, className: "gke-l7-rilb", address, sslPolicy, sources: proxies ? [proxies] : [] };
}
