import type { ServicesInput } from "../environments/schema";
import { ofTier, type Tier, tierSettings } from "../environments/schema/google";
import { withOverrides } from "./merge";

type IngressInput = NonNullable<ServicesInput["ingress"]>;

type WebServiceInput = NonNullable<NonNullable<ServicesInput["webServices"]>["services"]>[string];

/** Who is asked who somebody is: see `login.oidc` of the service `ingress`. */
export type PipelineLogin = NonNullable<NonNullable<IngressInput["login"]>["oidc"]>;

/** Where a pipeline runs, and what it is made of. */
export interface PipelineOptions {
  /** How much is at stake: it decides the pipeline's log level, sample data and approval. */
  readonly tier: Tier;
  /** The part of the host between that of the pipeline and the domain. A DNS label, such as `example-dev`. */
  readonly project: string;
  /** Domain of the organization, such as `example.com`. */
  readonly domain: string;
  /** Images of the pipeline's own, each with a tag or a digest. */
  readonly images: { readonly backend: string; readonly web: string };
  /**
   * What tests the backend after each change, where sample data is as much as in prod.
   *
   * @default - nothing
   */
  readonly acceptance?: NonNullable<WebServiceInput["acceptance"]>;
  /** Settings of the backend to add or to change, such as what it uses. @default - none */
  readonly backend?: Partial<WebServiceInput>;
  /** Settings of the pages to add or to change. @default - none */
  readonly web?: Partial<WebServiceInput>;
  /** Who logs people in: the pipeline itself (`own`), or an issuer, asked before a request comes to it. */
  readonly login: "own" | PipelineLogin;
}

/** Namespace of the pipeline. */
export function pipelineNamespace(tier: Tier): string {
  return `self-healing-pipeline-${tier}`;
}

/** Domain right above the host of the pipeline; that of `google.edge`, which makes its zone and certificate. */
export function pipelineDomain({ project, domain }: Pick<PipelineOptions, "project" | "domain">): string {
  return `${project}.${domain}`;
}

/** Host of the pipeline: its pages, and below `/api` its backend. */
export function pipelineHost(options: Pick<PipelineOptions, "tier" | "project" | "domain">): string {
  return `pipeline-${options.tier}.${pipelineDomain(options)}`;
}

/** What the backend may see of its namespace: what runs in it and how it fares. It may change nothing. */
const rights: NonNullable<WebServiceInput["rights"]> = [
  { apiGroup: "", resources: ["pods", "events"], verbs: ["get", "list", "watch"] },
  { apiGroup: "apps", resources: ["deployments"], verbs: ["get", "list", "watch"] },
];

/**
 * The self-healing pipeline: its backend and its pages, with Prometheus and Grafana, under one host with TLS.
 *
 * @param overrides settings to change or services to add, such as the database that the backend uses
 * @see docs/web-services.md
 */
export function pipeline(options: PipelineOptions, overrides: ServicesInput = {}): ServicesInput {
  const { tier, images, login, backend = {}, web = {} } = options;
  const sampleData = ofTier(tier, tierSettings.sampleData);
  const acceptance = sampleData === "realistic" ? options.acceptance : undefined;
  const host = pipelineHost(options);
  const asked = login === "own" ? "own" : "none";
  return withOverrides<ServicesInput>(
    {
      webServices: {
        namespace: pipelineNamespace(tier),
        services: {
          backend: withOverrides<WebServiceInput>(
            {
              image: images.backend,
              autoscale: { max: 6, cpu: 70 },
              env: {
                ENVIRONMENT: tier,
                LOG_LEVEL: ofTier(tier, tierSettings.logLevel),
                SAMPLE_DATA: sampleData,
                APPROVAL_MODE: ofTier(tier, tierSettings.approval),
              },
              rights,
              page: { host, path: "/api", login: asked },
              metrics: {},
              ...(acceptance && { acceptance }),
            },
            { image: images.backend, ...backend },
          ),
          web: withOverrides<WebServiceInput>(
            {
              image: images.web,
              autoscale: { max: 4, cpu: 70 },
              uses: { webServices: { BACKEND: "backend" } },
              page: { host, login: asked },
            },
            { image: images.web, ...web },
          ),
        },
      },
      // The pipeline brings no object store, in which logs would be otherwise.
      monitoring: { logs: { in: "volume" } },
      ingress: login === "own" ? {} : { login: { oidc: login } },
    },
    overrides,
  );
}
