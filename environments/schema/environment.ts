import type * as z from "zod";
import { type Backend, backendInput, resolveBackend } from "./backend";
import { checkAll } from "./checks/all";
import { EnvironmentError, formatGiven, type Problem } from "./errors";
import { problemsOf, strict, text, truth } from "./field";
import { type Git, gitInput, resolveGit } from "./git";
import { type Google, googleInput, resolveGoogle } from "./google";
import { gatewayOf, resolveEdge } from "./google/edge";
import { perimeterMode } from "./google/perimeter";
import { dnsLabel, ENVIRONMENT_NAME_LENGTH } from "./names";
import { type Namespaces, namespacesInput, resolveNamespaces } from "./namespaces";
import { type People, peopleInput, resolvePeople } from "./people";
import { prune, wrongPaths } from "./prune";
import { resolveSecrets, type Secrets, secretsInput } from "./secrets";
import { resolveServices, type Services, servicesInput } from "./services";
import { type Charts, chartsInput, type Images, imagesInput, resolveCharts, resolveImages } from "./sources";
import { DISK_CLASS, resolveTarget, sizeOf, type Target, targetInput } from "./target";
import { resolveVault, type Vault, vaultInput } from "./vault";

/** An environment as a user writes it; every key that is optional has a default. */
export const environmentInput = strict({
  name: dnsLabel(ENVIRONMENT_NAME_LENGTH),
  target: targetInput,
  git: gitInput,
  services: servicesInput,
  namespaces: namespacesInput.optional(),
  vault: vaultInput.optional(),
  secrets: secretsInput.optional(),
  people: peopleInput.optional(),
  backend: backendInput.optional(),
  allowDestroy: truth().optional(),
  destroyReason: text(/\S.{9,}/, "a sentence of 10 characters or more", "say why, and who asked for it").optional(),
  dataReason: text(/\S.{9,}/, "a sentence of 10 characters or more", "say why, and who asked for it").optional(),
  charts: chartsInput.optional(),
  images: imagesInput.optional(),
  storageClass: dnsLabel().optional(),
  openshift: truth().optional(),
  google: googleInput.optional(),
});

/** What {@link defineEnvironment} takes. */
export type EnvironmentInput = z.input<typeof environmentInput>;

/** An environment as it was written, checked field by field. */
export type GivenEnvironment = z.output<typeof environmentInput>;

/** A place that the platform runs in, with every default filled in. */
export interface Environment {
  /** DNS label of 20 characters at most; the first part of every stack's name. */
  readonly name: string;
  readonly target: Target;
  readonly git: Git;
  /** A service that is off has no key. */
  readonly services: Services;
  /** Namespaces beside those that services bring, and accounts in any of them. */
  readonly namespaces: Namespaces;
  readonly vault: Vault;
  /** Secrets beside those that services ask for, and where all of them are kept. */
  readonly secrets: Secrets;
  /** How people log in to Vault, and to services that follow. */
  readonly people: People;
  readonly backend: Backend;
  /**
   * Whether Terraform may destroy what holds data.
   *
   * @default true for kind, minikube and gke dev; else false
   */
  readonly allowDestroy: boolean;
  /**
   * Why a staging or prod environment may be destroyed; needed there with `allowDestroy`.
   *
   * @default - none
   */
  readonly destroyReason?: string;
  /**
   * Why a staging or prod environment keeps data where it can be lost: objects on one volume, PostgreSQL without a backup.
   *
   * @default - none: such data is refused there
   */
  readonly dataReason?: string;
  readonly charts: Charts;
  readonly images: Images;
  /**
   * Class of volumes whose service names none.
   *
   * @default - that of the platform's own disks on Google Cloud, elsewhere the cluster's default class
   */
  readonly storageClass?: string;
  /**
   * Whether the cluster is OpenShift: users of pods are left to the range of their namespace, web pages get Routes.
   *
   * @default false
   */
  readonly openshift: boolean;
  /** What Google Cloud holds beside the cluster; absent elsewhere. */
  readonly google?: Google;
}

/** Fills in defaults for the parts that are valid; the name is needed by some of them. */
function resolve(given: Partial<GivenEnvironment>): Partial<Environment> {
  const name = given.name ?? "environment";
  const target = given.target && resolveTarget(given.target, name, perimeterMode(given.google?.perimeter));
  const small = target === undefined || sizeOf(target) === "small";
  const storageClass = given.storageClass ?? (target?.kind === "gke" ? DISK_CLASS : undefined);
  return {
    ...(given.name !== undefined && { name }),
    ...(target && {
      target,
      vault: resolveVault(given.vault ?? {}, target),
      secrets: resolveSecrets(given.secrets, target),
      backend: resolveBackend(given.backend, target, name),
      allowDestroy: given.allowDestroy ?? small,
      images: resolveImages(given.images, target),
      ...(target.kind === "gke" && { google: resolveGoogle(given.google, target.tier) }),
    }),
    ...(given.destroyReason !== undefined && { destroyReason: given.destroyReason }),
    ...(given.dataReason !== undefined && { dataReason: given.dataReason }),
    ...(given.git && { git: resolveGit(given.git, name) }),
    ...(given.services && {
      services: resolveServices(given.services, {
        size: small ? "small" : "large",
        storageClass,
        edge: given.openshift ? "openshift" : target?.kind === "gke" ? "gateway" : "traefik",
        ...(target?.kind === "gke" && {
          google: {
            project: target.project,
            region: target.region,
            environment: name,
            tier: target.tier,
            privateServices: target.network.privateServices,
            googleApis: target.vpc.googleApis,
          },
          gateway: gatewayOf(name, target, resolveEdge(given.google?.edge, target.tier)),
        }),
      }),
    }),
    namespaces: resolveNamespaces(given.namespaces),
    people: resolvePeople(given.people),
    charts: resolveCharts(given.charts),
    ...(storageClass !== undefined && { storageClass }),
    openshift: given.openshift ?? false,
  };
}

/** The outcome of reading an environment. */
export type EnvironmentResult =
  | { readonly environment: Environment; readonly problems: readonly [] }
  | { readonly environment?: undefined; readonly problems: readonly Problem[] };

/**
 * Reads an environment without throwing.
 *
 * Checks that compare fields also run when other fields are wrong, as long as what they compare is right.
 */
export function readEnvironment(input: unknown): EnvironmentResult {
  const parsed = environmentInput.safeParse(input);
  const given = parsed.success ? parsed.data : prune(environmentInput, input, parsed.error.issues);
  const wrong = parsed.success ? [] : wrongPaths(parsed.error.issues);
  const environment = resolve(given);
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, input)),
    ...checkAll({ given, environment, wrong }),
  ];
  // Without a problem every part was valid, so nothing is missing from the resolved parts.
  return problems.length > 0 ? { problems } : { environment: environment as Environment, problems: [] };
}

/**
 * Checks an environment and fills in its defaults.
 *
 * @throws EnvironmentError with every problem that was found
 */
export function defineEnvironment(input: EnvironmentInput): Environment {
  const { environment, problems } = readEnvironment(input);
  if (environment) return environment;
  const name: unknown = (input as { name?: unknown } | undefined)?.name;
  throw new EnvironmentError(typeof name === "string" ? name : formatGiven(name), problems);
}
