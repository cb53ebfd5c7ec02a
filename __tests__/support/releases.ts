import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { AssetType, TerraformAsset, TerraformStack, Testing } from "cdktf";

/** Any JSON object. */
export type Values = Readonly<Record<string, unknown>>;

/** A `helm_release` as a synthesized stack has it. */
export interface SynthesizedRelease {
  readonly stack: string;
  readonly name: string;
  readonly namespace: string;
  /** Name of the chart, without its folder or repository. */
  readonly chart: string;
  readonly values: Values;
  /** Addresses of what it waits for. */
  readonly dependsOn: readonly string[];
  readonly wait: boolean | undefined;
}

/** An object that the custom-resources chart delivers. */
export interface DeliveredObject extends Values {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
}

interface ReleaseBlock {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly values?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly wait?: boolean;
}

const chartsFolder = join(__dirname, "../../charts");

/** Names of this project's charts by the digest that their assets end with. */
const ownCharts: ReadonlyMap<string, string> = (() => {
  const stack = new TerraformStack(Testing.app(), "own-charts");
  return new Map(
    readdirSync(chartsFolder).map((chart) => {
      const asset = new TerraformAsset(stack, chart, { path: join(chartsFolder, chart), type: AssetType.DIRECTORY });
      return [asset.assetHash, chart] as const;
    }),
  );
})();

/** Every release of a stack, with validations run. Terraform's doubled `$${` is read as what Helm gets. */
export function releasesOf(stack: TerraformStack): readonly SynthesizedRelease[] {
  const document = JSON.parse(Testing.synth(stack, true)) as {
    readonly resource?: { readonly helm_release?: Readonly<Record<string, ReleaseBlock>> };
  };
  return Object.values(document.resource?.helm_release ?? {}).map((release) => ({
    stack: stack.node.id,
    name: release.name,
    namespace: release.namespace,
    chart: ownCharts.get(basename(release.chart)) ?? basename(release.chart),
    values: JSON.parse((release.values?.[0] ?? "{}").replaceAll(/([$%])\1\{/g, "$1{")) as Values,
    dependsOn: release.depends_on ?? [],
    wait: release.wait,
  }));
}

/** The values of the release of a name; fails when there is none. */
export function valuesOf(stack: TerraformStack, name: string): Values {
  const found = releasesOf(stack).filter((release) => release.name === name);
  expect(found).toHaveLength(1);
  return (found[0] as SynthesizedRelease).values;
}

/** Names of the network policies that stay until a release is gone. */
export function policiesBefore(stack: TerraformStack, name: string): readonly string[] {
  const found = releasesOf(stack).filter((release) => release.name === name);
  expect(found).toHaveLength(1);
  const addresses = found.flatMap(({ dependsOn }) => dependsOn);
  return networkPolicies(stack)
    .filter(([address]) => addresses.includes(address))
    .map(([, policy]) => policy);
}

/** Network policies of a stack: address and name. */
function networkPolicies(stack: TerraformStack): readonly (readonly [address: string, name: string])[] {
  const type = "kubernetes_network_policy_v1";
  const { resource } = JSON.parse(Testing.synth(stack, true)) as {
    readonly resource?: {
      readonly [type]?: Readonly<Record<string, { readonly metadata: { readonly name: string } }>>;
    };
  };
  return Object.entries(resource?.[type] ?? {}).map(([id, { metadata }]) => [`${type}.${id}`, metadata.name]);
}

/** Every object that releases deliver as it is. */
export function objectsOf(releases: readonly SynthesizedRelease[]): readonly DeliveredObject[] {
  return releases
    .filter(({ chart }) => chart === "custom-resources")
    .flatMap(({ values }) => Object.values(values.objects as Record<string, DeliveredObject>));
}
