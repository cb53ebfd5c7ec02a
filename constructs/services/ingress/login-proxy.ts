import type { Construct } from "constructs";
import { images } from "../../../charts";
import {
  clusterService,
  deployment,
  disruptionBudget,
  type INamespace,
  type KubernetesObject,
  type Resources,
  serviceLabels,
} from "../../kubernetes";
import { generated, keyOf, type SecretKey } from "../../secrets";
import { DeploySettings } from "../../terraform";
import { publicAddresses } from "../public-addresses";
import { restartOnChange } from "../restart";
import { tokenlessAccount } from "../service-account";
import type { ServiceContext } from "../service-context";
import type { Backend, WebRoute } from "./routes";

/** An identity provider that speaks OpenID Connect. */
export interface OidcLogin {
  /** URL of the issuer, with TLS. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: SecretKey;
  /** Groups of which a person must be in one. @default - everybody whom the issuer knows */
  readonly groups?: readonly string[];
  /** Ranges of the issuer's addresses. @default - public addresses */
  readonly addresses?: readonly string[];
}

/** What login proxies are made of. */
export interface LoginProxiesProps {
  readonly context: ServiceContext;
  readonly namespace: INamespace;
  readonly oidc: OidcLogin;
  /** Pages without a login of their own. */
  readonly routes: readonly WebRoute[];
  /** Port at which people reach the edge. */
  readonly publicPort: number;
  /** Pods in front of each page. */
  readonly replicas: number;
  /** What each of them asks for. */
  readonly resources: Resources;
}

const port = 4180;

/** User of the image, which is made of nothing but the program. */
const user = 65532;

const component = "login";

const secretName = "login-oidc";

/** Name of the proxy of a page. */
function proxyName({ ui }: WebRoute): string {
  return `${component}-${ui.name}`;
}

/**
 * oauth2-proxy in front of each page that has no login: requests come to the page only through it, so whatever the edge is,
 * nobody passes without a session.
 *
 * @see https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview
 */
export function loginProxies(
  scope: Construct,
  { context, namespace, oidc, routes, publicPort, replicas, resources }: LoginProxiesProps,
): { readonly objects: readonly KubernetesObject[]; readonly backends: readonly Backend[] } {
  const cookie = context.secrets.secret("ingress/login", { cookie: generated(32) });
  const secret = context.store(namespace).externalSecret({
    name: secretName,
    data: {
      OAUTH2_PROXY_CLIENT_SECRET: oidc.clientSecret,
      OAUTH2_PROXY_COOKIE_SECRET: keyOf(cookie, "cookie"),
    },
    follows: { by: "reloader" },
  });
  const image = DeploySettings.of(scope).image(images.oauth2Proxy);
  const issuer = oidc.addresses ? { name: "issuer", cidrs: oidc.addresses } : publicAddresses;
  const issuerPort = Number(new URL(oidc.issuer).port || "443");
  const backends: Backend[] = [];
  const objects: KubernetesObject[] = [secret.object, tokenlessAccount(component, namespace)];
  for (const route of routes) {
    const name = proxyName(route);
    const labels = serviceLabels(name, component);
    const pods = { namespace, name, podLabels: { ...labels } };
    const workload = {
      name,
      namespace,
      labels,
      image,
      user,
      replicas,
      resources,
      account: component,
      args: proxyArguments(route, { oidc, publicPort, cookie: cookieOf(route, routes) }),
      envFrom: [{ secretRef: { name: secretName } }],
      ports: { http: port },
      ready: { path: "/ready", port: "http" },
      alive: { path: "/ping", port: "http" },
      annotations: restartOnChange(secret),
    };
    objects.push(
      deployment(workload),
      clusterService({ name, namespace, labels, ports: { http: port } }),
      ...disruptionBudget(workload),
    );
    context.connect(pods, [route.ui.server], "passes on who has logged in");
    context.flows.allow({ from: pods, to: issuer, ports: [issuerPort], reason: "asks who somebody is" });
    backends.push({
      route,
      service: { namespace: namespace.name, name, port },
      server: { end: pods, port },
      healthPath: "/ping",
      password: false,
    });
  }
  return { objects, backends };
}

/** Pages of one host share a session: who has logged in at one may call the other from it. */
function cookieOf({ host }: WebRoute, routes: readonly WebRoute[]): string {
  return `__Host-${routes.find((route) => route.host === host)?.ui.name}`;
}

function proxyArguments(
  { ui, host }: WebRoute,
  { oidc, publicPort, cookie }: Pick<LoginProxiesProps, "oidc" | "publicPort"> & { readonly cookie: string },
): readonly string[] {
  const { name, namespace, port: upstream } = ui.service;
  const address = publicPort === 443 ? host : `${host}:${publicPort}`;
  const prefix = `${ui.path ?? ""}/oauth2`;
  return [
    "--provider=oidc",
    `--oidc-issuer-url=${oidc.issuer}`,
    `--client-id=${oidc.clientId}`,
    "--code-challenge-method=S256",
    "--scope=openid email profile groups",
    ...(ui.path === undefined ? [] : [`--proxy-prefix=${prefix}`]),
    `--redirect-url=https://${address}${prefix}/callback`,
    `--upstream=http://${name}.${namespace}.svc:${upstream}/`,
    `--http-address=0.0.0.0:${port}`,
    // who may pass is decided by the issuer and by the groups
    "--email-domain=*",
    ...(oidc.groups ?? []).map((group) => `--allowed-group=${group}`),
    `--cookie-name=${cookie}`,
    "--cookie-secure=true",
    "--cookie-httponly=true",
    "--cookie-samesite=lax",
    "--cookie-expire=12h",
    "--pass-basic-auth=false",
    "--skip-provider-button=true",
    "--silence-ping-logging=true",
  ];
}
