import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { App } from "cdktf";
import { images, charts as pins } from "../charts";
import { environments } from "../environments";
import type { Environment } from "../environments/schema";
import { inClusterLayers, stackName } from "../stacks/layers";
import { buildPlatform } from "../stacks/platform";
import { providerSource, readStack } from "../stacks/stack-json";
import { type ChartSource, prefetchCharts } from "./charts";
import { stateFolder } from "./paths";
import { type PreparedProviders, prepareProviders } from "./providers";
import { acquireTools, externalSecretsCrds, Network, type Tool, type ToolName } from "./tools";

/** Parts that a rehearsal can leave out. */
export const skippableParts = ["switch-off"] as const;

/** One of {@link skippableParts}. */
export type SkippablePart = (typeof skippableParts)[number];

/** Everything that the isolated part of a rehearsal needs; a JSON document, and nothing of it is secret. */
export interface RehearsalPlan {
  readonly environment: string;
  readonly context: string;
  /** Class of volumes that the environment makes itself. @default - none */
  readonly ownStorageClass?: string;
  /** Kinds of node pools beside the general one. */
  readonly nodePools: readonly string[];
  /** Folder of this rehearsal; absolute. */
  readonly folder: string;
  /** Folder of the synthesized stacks. */
  readonly synthesized: string;
  /** Stacks to apply, in order. */
  readonly stacks: readonly string[];
  /** Path of each tool, by name. */
  readonly tools: { readonly [name: string]: string };
  /** Path of Terraform's CLI configuration. */
  readonly cliConfig: string;
  /** Version of each provider that is there, by source. */
  readonly providers: readonly (readonly [string, string])[];
  /** Path of each chart, by name. */
  readonly charts: readonly (readonly [string, string])[];
  /** What stands in for something else so far, one sentence each. */
  readonly substitutes: readonly string[];
  readonly isolated: boolean;
  readonly keep: boolean;
  /** Parts to leave out. */
  readonly skip: readonly SkippablePart[];
  /** Shell command to run once all is applied. */
  readonly exec?: string;
}

/** Tools of every rehearsal. */
const rehearsalTools: readonly ToolName[] = [
  "terraform",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "vault",
  "external-secrets",
];

/** Where the preparation tells what takes time. */
export interface PrepareContext {
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
  readonly network: Network;
}

/** Folder of an environment's rehearsal, for its states and logs. */
export function rehearsalFolder(environment: string): string {
  return join(stateFolder, "rehearsal", environment);
}

/** Makes a network that all searches of one rehearsal share, so that an unreachable host is waited for once. */
export function sharedNetwork(signal: AbortSignal): Network {
  return new Network({ signal });
}

/** Finds, downloads or builds the programs of a rehearsal. */
export async function prepareTools({ signal, report, network }: PrepareContext): Promise<ReadonlyMap<ToolName, Tool>> {
  const tools = await acquireTools(rehearsalTools, { signal, report, network });
  for (const tool of tools.values()) {
    report(`${tool.name} ${tool.version} (${tool.source})`);
  }
  return tools;
}

/**
 * Synthesizes every environment, the rehearsed one as it is but destroyable, since a rehearsal ends with a destroy.
 *
 * @returns the folder of the stacks
 */
export async function synthesizeAll(environment: Environment): Promise<string> {
  const outdir = join(rehearsalFolder(environment.name), "cdktf.out");
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const app = new App({ outdir });
  for (const each of environments) {
    buildPlatform(app, each.name === environment.name ? { ...each, allowDestroy: true } : each);
  }
  app.synth();
  return outdir;
}

/** Names of the stacks to apply: the layers up to the last one that is asked for. */
export function stacksUpTo(environment: Environment, layers: readonly string[] | undefined): readonly string[] {
  const last = layers
    ? Math.max(...layers.map((layer) => (inClusterLayers as readonly string[]).indexOf(layer)))
    : undefined;
  return inClusterLayers
    .slice(0, last === undefined ? undefined : last + 1)
    .map((layer) => stackName(environment.name, layer));
}

/** Makes the providers that some stacks name available. Google's are not used inside a cluster. */
export async function providersOf(
  synthesized: string,
  stacks: readonly string[],
  terraform: string,
  { signal, report, network }: PrepareContext,
): Promise<PreparedProviders> {
  const required = new Map<string, string>();
  for (const name of stacks) {
    for (const { source, version } of Object.values(
      (await readStack(synthesized, name)).terraform.required_providers,
    )) {
      required.set(providerSource(source), version);
    }
  }
  required.delete("hashicorp/google");
  const prepared = await prepareProviders(required, { terraform, signal, report, network });
  for (const { provider, used, from } of prepared.providers) {
    report(`${provider} ${used} (${from})`);
  }
  return prepared;
}

/** Makes the charts that some stacks install available. */
export async function chartsOf(
  synthesized: string,
  stacks: readonly string[],
  { signal, report, network }: PrepareContext,
): Promise<readonly ChartSource[]> {
  const requests = new Map<string, { chart: string; repository: string; version: string }>();
  for (const name of stacks) {
    for (const release of Object.values((await readStack(synthesized, name)).resource?.helm_release ?? {})) {
      if (typeof release.repository === "string") {
        const { chart, repository, version } = release;
        requests.set(String(chart), { chart: String(chart), repository, version: String(version) });
      }
    }
  }
  // The controller that runs here is older than the chart: it needs its own definitions.
  const crds = new Map([["external-secrets", await externalSecretsCrds()]]);
  const sources = await prefetchCharts([...requests.values()], { signal, report, network, crds });
  for (const { chart, version, source } of sources) {
    report(`${chart} ${version} (${source})`);
  }
  return sources;
}

/** Version of what a cluster runs of the programs that a rehearsal runs itself. */
const deployedVersions: ReadonlyMap<ToolName, string> = new Map([
  ["vault", images.vault.slice(images.vault.lastIndexOf(":") + 1)],
  ["external-secrets", pins.externalSecrets.version],
]);

/** Says what stands in for what the environment names. */
export function substitutesOf(
  providers: PreparedProviders,
  charts: readonly ChartSource[],
  tools: ReadonlyMap<string, Pick<Tool, "version">>,
): readonly string[] {
  const standIns = charts.filter(({ source }) => source === "stand-in");
  return [
    ...providers.substitutes.map(({ provider, wanted, used }) => `provider ${provider} ${used} for ${wanted}`),
    ...standIns.map(({ chart, version, standsFor }) => `stand-in for chart ${chart} ${version}: ${standsFor ?? ""}`),
    ...charts.flatMap(({ chart, version, foundVersion }) =>
      foundVersion ? [`chart ${chart} ${foundVersion} for ${version}`] : [],
    ),
    ...[...deployedVersions].flatMap(([tool, deployed]) => {
      const found = tools.get(tool)?.version;
      return found === undefined || found === deployed ? [] : [`program ${tool} ${found} for ${deployed}`];
    }),
  ];
}

/** Writes the plan of a rehearsal beside its stacks and returns the file. */
export async function writePlan(plan: RehearsalPlan): Promise<string> {
  const file = join(plan.folder, "plan.json");
  await mkdir(plan.folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(plan, null, 2)}\n`);
  return file;
}
