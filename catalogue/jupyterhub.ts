import * as z from "zod";
import type { SecretKey } from "../constructs/secrets";
import { JupyterHub, type JupyterHubAuthentication } from "../constructs/services";
import type { Problem } from "../environments/schema/errors";
import { unionComplaint } from "../environments/schema/field";
import { declaredKey } from "../environments/schema/service-secrets";
import { defineService } from "./definition";
import {
  common,
  commonFields,
  dnsLabel,
  image,
  list,
  ofSize,
  record,
  resources,
  runAs,
  sized,
  sizedResources,
  storage,
  storageClass,
  strict,
  text,
  truth,
  wholeNumber,
} from "./fields";
import { addressRanges } from "./parts/address-ranges";
import { sharedNamespace } from "./parts/own-namespace";

const https = text(
  /^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[^\s?#]*)?$/,
  "an https:// address",
  "write it as https://login.example.com/token",
);
const claim = text(/^[A-Za-z0-9_.:/-]+$/, "the name of a claim", "write it as preferred_username");
const group = text(/^\S+$/, "the name of a group", "write it as the provider does");

const passwords = strict({
  kind: z.literal("passwords"),
  users: list(dnsLabel(32), "users"),
  admins: list(dnsLabel(32), "users").optional(),
});

const oidc = strict({
  kind: z.literal("oidc"),
  clientId: text(/^\S+$/, "the client's id", "copy it from the provider"),
  clientSecret: declaredKey("platform/jupyterhub-oidc#client-secret"),
  authorizeUrl: https,
  tokenUrl: https,
  userdataUrl: https,
  url: text(
    /^https?:\/\/[A-Za-z0-9.-]+(:\d+)?$/,
    "the address under which people reach the hub, without a path",
    "write it as https://jupyterhub.example.com",
  ),
  scopes: list(text(/^\S+$/, "a scope", "write it as profile"), "scopes").optional(),
  usernameClaim: claim.optional(),
  groupsClaim: claim.optional(),
  allowedGroups: list(group, "groups"),
  adminGroups: list(group, "groups").optional(),
  addresses: addressRanges,
});

/** Namespace when none is named: the hub starts pods, and who may do that beside a database could read what it reads. */
const ownNamespace = "jupyterhub";

/** Who may come in when nobody is named: one person, with a password that is made. */
const defaultUser = "admin";

/** JupyterHub. */
export const jupyterhub = defineService({
  input: strict({
    ...commonFields,
    authentication: z
      .discriminatedUnion("kind", [passwords, oidc], unionComplaint("kind", ["passwords", "oidc"]))
      .optional(),
    hub: resources,
    proxy: resources,
    notebook: resources,
    servers: wholeNumber(1, 500).optional(),
    storage,
    storageClass,
    culling: strict({
      idleMinutes: wholeNumber(5, 10080).optional(),
      maxAgeHours: wholeNumber(0, 720).optional(),
    }).optional(),
    internet: truth().optional(),
    image,
    runAs,
    config: record(
      {
        pattern: /^[A-Z][A-Za-z]*$/,
        allowed: "a class of JupyterHub, such as KubeSpawner",
        next: "write the name of a class",
      },
      record(
        {
          pattern: /^[a-z][a-z0-9_]*$/,
          allowed: "a trait: lower-case letters, digits and underscores",
          next: "see the class's page",
        },
        z.union([z.string(), z.number(), z.boolean()]),
        "traits",
      ),
      "classes with their traits",
    ).optional(),
  }),
  resolve: (given, defaults) => ({
    ...common(given),
    namespace: given.namespace ?? ownNamespace,
    authentication: given.authentication ?? { kind: "passwords" as const, users: [defaultUser], admins: [defaultUser] },
    hub: sizedResources(given.hub, defaults, [sized("50m", "384Mi"), sized("200m", "1Gi")]),
    proxy: sizedResources(given.proxy, defaults, [sized("20m", "128Mi"), sized("100m", "256Mi")]),
    // one kernel with a data frame of a few hundred megabytes
    notebook: sizedResources(given.notebook, defaults, [sized("100m", "1Gi"), sized("500m", "4Gi")]),
    /** Servers of people that run at once. */
    servers: ofSize(given.servers, defaults, [2, 10]),
    /** Volume of each person. */
    storage: ofSize(given.storage, defaults, ["2Gi", "10Gi"]),
    storageClass: given.storageClass ?? defaults.storageClass,
    culling: {
      /** Minutes without a sign of life after which a server is stopped. */
      idleMinutes: given.culling?.idleMinutes ?? 60,
      /** Hours after which a server is stopped in any case; 0 for never. */
      maxAgeHours: given.culling?.maxAgeHours ?? 0,
    },
    /** Whether notebooks reach public addresses, such as those of package indexes. */
    internet: given.internet ?? false,
    /** The project's own, with clients for Trino and Spark Connect, when absent. */
    image: given.image,
    runAs: given.runAs,
    config: given.config ?? {},
  }),
  needs: () => [["postgres"]],
  uses: ["trino", "kyuubi", "clickhouse", "sparkConnect"],
  workloads: ({ hub, proxy, notebook, servers, storage: volume }) => [
    { component: "jupyterhub", pods: 1, resources: hub },
    { component: "jupyterhub-proxy", pods: 1, resources: proxy },
    { component: "jupyterhub-notebook", pods: servers, resources: notebook, storage: volume },
  ],
  check: (settings, all) => [
    ...sharedNamespace(
      { service: "jupyterhub", who: "the hub, which starts pods,", suggested: ownNamespace },
      settings,
      all,
    ),
    ...strangers(settings.authentication),
    ...ownClasses(settings.config),
  ],
  build: (site, settings) => {
    const { authentication, culling } = settings;
    const built = new JupyterHub(site.scope, "JupyterHub", {
      context: site.context,
      namespace: site.namespace(settings.namespace),
      authentication: wayIn(authentication, site.declaredKey),
      database: site.sqlServer("postgres").database("jupyterhub"),
      hub: settings.hub,
      proxy: settings.proxy,
      notebook: settings.notebook,
      servers: settings.servers,
      storage: settings.storage,
      storageClass: settings.storageClass,
      culling: { idle: culling.idleMinutes * 60, maxAge: culling.maxAgeHours * 3600 },
      queryEngines: site.queryEngines,
      sparkCluster: site.sparkConnect,
      catalogs: site.catalogs.map(({ name }) => name),
      internet: settings.internet,
      image: settings.image,
      runAs: settings.runAs,
      config: settings.config,
      dependsOn: site.declared,
    });
    return {
      address: built.address,
      ports: { http: built.server },
      webUis: [built.webUi],
      metrics: [built.metrics],
    };
  },
});

type Authentication = z.output<typeof passwords> | z.output<typeof oidc>;

/** Administrators who are not let in. */
function strangers(authentication: Authentication): readonly Problem[] {
  const known: readonly string[] =
    authentication.kind === "passwords" ? authentication.users : authentication.allowedGroups;
  const [key, named = []] =
    authentication.kind === "passwords"
      ? (["admins", authentication.admins] as const)
      : (["adminGroups", authentication.adminGroups] as const);
  return named.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [
          {
            path: `authentication.${key}[${index}]`,
            given: `"${name}"`,
            allowed: known.join(", "),
            next: "add it to those who are let in, or remove it here",
          },
        ],
  );
}

/** Classes that decide who comes in are set by `authentication`. */
function ownClasses(config: { readonly [className: string]: object }): readonly Problem[] {
  return Object.keys(config)
    .filter((name) => name === "JupyterHub" || name.endsWith("Authenticator") || name === "CryptKeeper")
    .map((name) => ({
      path: `config.${name}`,
      given: "traits",
      allowed: "classes that do not decide who comes in",
      next: "use authentication",
    }));
}

function wayIn(given: Authentication, keyOf: (reference: string) => SecretKey): JupyterHubAuthentication {
  if (given.kind === "passwords") {
    return { ...given, admins: given.admins ?? [] };
  }
  return {
    ...given,
    clientSecret: keyOf(given.clientSecret),
    scopes: given.scopes ?? ["openid", "profile", "email"],
    usernameClaim: given.usernameClaim ?? "preferred_username",
    groupsClaim: given.groupsClaim ?? "groups",
    adminGroups: given.adminGroups ?? [],
  };
}
