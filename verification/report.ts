/** What a check is about. */
export type Check =
  | "rendering"
  | "wiring"
  | "network"
  | "pod security"
  | "chart values"
  | "custom resources"
  | "images"
  | "waivers";

/** Something that is wrong. */
export interface Finding {
  readonly check: Check;
  /** Release (`namespace/name`) or Terraform address that it is in. */
  readonly release: string;
  /** Object and field, such as `Deployment/trino-worker spec.template.spec.volumes[0].secret`. */
  readonly path: string;
  readonly given: string;
  readonly allowed: string;
  /** What to do about it. */
  readonly next: string;
}

/** Something that could become a finding, whether it does or not. */
export type Considered = Pick<Finding, "check" | "release" | "path" | "given">;

/** Part of a release that could not be looked at, so that nobody takes silence for a pass. */
export interface Unchecked {
  readonly release: string;
  readonly chart: string;
  /** Why, such as that the chart is not at hand. */
  readonly reason: string;
  /** What was therefore not looked at. */
  readonly what: readonly string[];
}

/** How a release was looked at. */
export interface CheckedRelease {
  /** `namespace/name` */
  readonly release: string;
  readonly stack: string;
  readonly chart: string;
  /** Where its objects come from: rendered by Helm, read from the values of the project's own chart, or not at all. */
  readonly rendered: "helm" | "objects" | "no";
  /** Objects that it makes; zero where it was not rendered. */
  readonly objects: number;
}

/** The outcome of all checks of an environment. */
export interface Report {
  readonly environment: string;
  readonly releases: readonly CheckedRelease[];
  /** How many references (and other things) of each kind were looked at. */
  readonly checked: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  /** Findings that a waiver excuses, with its reason. */
  readonly waived: readonly (Finding & { readonly reason: string })[];
}

/** Collects what the checks say. */
export class Ledger {
  private readonly counts = new Map<string, number>();
  private readonly found = new Map<string, Finding>();
  private readonly skipped = new Map<
    string,
    { readonly release: string; readonly chart: string; readonly reason: string; readonly what: Set<string> }
  >();

  private readonly looked = new Map<string, Considered>();

  /** Notes something that could become a finding, whether it does or not: a waiver for it is then expected to be needed. */
  consider(looked: Considered): void {
    this.looked.set(JSON.stringify(looked), looked);
  }

  get considered(): readonly Considered[] {
    return [...this.looked.values()];
  }

  /** Notes that one thing of a kind was looked at. */
  count(kind: string, by = 1): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + by);
  }

  /** Notes a finding; the same one twice counts once. */
  find(finding: Finding): void {
    this.found.set(JSON.stringify(finding), finding);
  }

  /** Notes what could not be looked at. */
  skip({ release, chart, reason }: Omit<Unchecked, "what">, what: string): void {
    const key = `${release}\0${reason}`;
    const entry = this.skipped.get(key) ?? { release, chart, reason, what: new Set<string>() };
    entry.what.add(what);
    this.skipped.set(key, entry);
  }

  get checked(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get findings(): readonly Finding[] {
    return [...this.found.values()];
  }

  get unchecked(): readonly Unchecked[] {
    return [...this.skipped.values()].map(({ what, ...entry }) => ({ ...entry, what: [...what] }));
  }
}
