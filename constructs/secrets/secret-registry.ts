import type { IConstruct } from "constructs";
import { PlatformError } from "../terraform";
import { mountName, secretKeyName, secretPath, variableName } from "./secret-names";
import { pathOf, type SecretRef, type SecretValue } from "./secret-ref";
import type { SecretConsumer, SecretEntry, SecretOptions, SecretReaderIdentity } from "./secret-source";

/** Version of each secret by mount and path, such as `platform/postgres/nessie`; 1 for one that is not named. */
export interface SecretVersions {
  readonly [mountAndPath: string]: number;
}

/** Settings of a {@link SecretRegistry}. */
export interface SecretRegistryProps {
  /**
   * Versions that the environment asks for.
   *
   * @default - 1 for all
   */
  readonly versions?: SecretVersions;
  /**
   * Finds the word that a misspelt one stands for.
   *
   * @default - no suggestion
   */
  readonly suggest?: (given: string, options: readonly string[]) => string | undefined;
}

/** Characters that a generated value may have. */
const lengths = { min: 16, max: 128 };

interface Declared {
  readonly ref: SecretRef;
  readonly values: { readonly [key: string]: SecretValue };
  readonly owner?: string;
  readonly rotateEvery?: string;
  readonly readers: Set<string>;
  readonly consumers: SecretConsumer[];
}

/** What every source of secrets remembers and refuses, whoever keeps the values. */
export class SecretRegistry {
  private readonly declared = new Map<string, Declared>();
  private readonly descriptions = new Map<string, string>();
  private readonly versions: SecretVersions;
  private readonly suggest: NonNullable<SecretRegistryProps["suggest"]>;

  /** @param scope the source, named in errors */
  constructor(
    private readonly scope: IConstruct,
    { versions = {}, suggest = () => undefined }: SecretRegistryProps = {},
  ) {
    this.versions = versions;
    this.suggest = suggest;
  }

  /** @throws PlatformError for a secret that cannot be; nothing of it is kept then */
  add<Key extends string>(
    path: string,
    values: { readonly [K in Key]: SecretValue },
    { mount = "platform", owner, rotateEvery }: SecretOptions = {},
  ): SecretRef<Key> {
    const name = pathOf({ mount, path });
    const keys = (Object.keys(values) as Key[]).sort();
    if (!mountName.accepts(mount)) {
      this.refuse(`mount of secret "${path}" is "${mount}"`, `use ${mountName.allowed}`);
    }
    if (!secretPath.accepts(path)) {
      this.refuse(`secret path is "${path}"`, `use ${secretPath.allowed}`);
    }
    if (keys.length === 0) {
      this.refuse(`secret "${name}" has no keys`, "name at least one key and how its value is made");
    }
    if (this.declared.has(name)) {
      this.refuse(`secret "${name}" is declared twice`, "share its SecretRef or use another path");
    }
    for (const key of keys) {
      this.checkValue(name, key, values[key]);
    }
    const version = this.versionOf(name);
    const ref: SecretRef<Key> = { mount, path, keys, version };
    this.declared.set(name, { ref, values, owner, rotateEvery, readers: new Set(), consumers: [] });
    return ref;
  }

  find(mountAndPath: string): SecretRef | undefined {
    return this.declared.get(mountAndPath)?.ref;
  }

  addReader(ref: SecretRef, { namespace, serviceAccount }: SecretReaderIdentity): void {
    this.get(ref).readers.add(`${namespace}/${serviceAccount}`);
  }

  addConsumer(ref: SecretRef, consumer: SecretConsumer): void {
    this.get(ref).consumers.push(consumer);
  }

  /** How the value of a key is made. */
  valueOf(ref: SecretRef, key: string): SecretValue {
    const value = this.get(ref).values[key];
    return value ?? this.refuse(`secret "${pathOf(ref)}" has no key "${key}"`, `use one of ${ref.keys.join(", ")}`);
  }

  /** Every secret in the order of mount and path. */
  get inventory(): readonly SecretEntry[] {
    return [...this.declared.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { readers, consumers, ...entry }]) => ({ ...entry, readers: [...readers].sort(), consumers }));
  }

  /**
   * To be called when every secret has been declared.
   *
   * @throws PlatformError with every version that is for no secret, or for one that cannot be rotated
   */
  checkVersions(): void {
    const problems = Object.keys(this.versions)
      .sort()
      .flatMap((name) => this.versionProblem(name) ?? []);
    const [first] = problems;
    if (first === undefined) {
      return;
    }
    const text = problems.length === 1 ? first : [`${problems.length} versions are wrong`, ...problems].join("\n  ");
    const known = [...this.declared.keys()].sort().join(", ");
    throw new PlatformError(this.scope, text, `correct secrets.versions; known secrets are ${known || "none"}`);
  }

  private versionProblem(name: string): string | undefined {
    const given = `version ${this.versions[name]} of "${name}"`;
    const found = this.declared.get(name);
    if (!found) {
      const meant = this.suggest(name, [...this.declared.keys()]);
      return `${given}: there is no such secret${meant ? `, did you mean ${meant}?` : ""}`;
    }
    const reason = found.ref.version > 1 ? rotationObstacle(found) : undefined;
    return reason === undefined ? undefined : `${given}: ${reason}`;
  }

  private versionOf(name: string): number {
    const version = this.versions[name] ?? 1;
    if (!Number.isInteger(version) || version < 1) {
      this.refuse(`version of "${name}" is ${version}`, "use a whole number from 1 that only rises");
    }
    return version;
  }

  private checkValue(name: string, key: string, value: SecretValue): void {
    if (!secretKeyName.accepts(key)) {
      this.refuse(`key of "${name}" is "${key}"`, `use ${secretKeyName.allowed}`);
    }
    if (value.source === "generated") {
      const { length } = value;
      if (!Number.isInteger(length) || length < lengths.min || length > lengths.max) {
        this.refuse(`length of "${name}#${key}" is ${length}`, `use ${lengths.min} to ${lengths.max} characters`);
      }
    }
    if (value.source === "provided") {
      this.checkVariable(`${name}#${key}`, value.variable, value.description);
    }
  }

  private checkVariable(key: string, variable: string, description: string): void {
    if (!variableName.accepts(variable)) {
      this.refuse(`variable of "${key}" is "${variable}"`, `use ${variableName.allowed}`);
    }
    if (description.trim() === "") {
      this.refuse(`variable "${variable}" has no description`, "say what its value is and where it comes from");
    }
    const known = this.descriptions.get(variable);
    if (known !== undefined && known !== description) {
      this.refuse(
        `variable "${variable}" is described as "${known}" and as "${description}"`,
        "use the same words, or another variable",
      );
    }
    this.descriptions.set(variable, description);
  }

  private get(ref: SecretRef): Declared {
    return (
      this.declared.get(pathOf(ref)) ??
      this.refuse(`secret "${pathOf(ref)}" is not declared here`, "declare it with secret()")
    );
  }

  private refuse(problem: string, nextStep: string): never {
    throw new PlatformError(this.scope, problem, nextStep);
  }
}

/**
 * Why a secret cannot be rotated, or nothing when it can: somebody who takes its values would go on with the old ones.
 *
 * One of fixed values only can: a value that is changed in the program is written when the version rises, and not before.
 */
export function rotationObstacle({ consumers }: Pick<SecretEntry, "consumers">): string | undefined {
  const reasons = consumers.flatMap(({ namespace, name, follows }) =>
    follows.by === "nobody" ? [`nobody follows in ${namespace}/${name}: ${follows.reason}`] : [],
  );
  return reasons.length > 0 ? [...new Set(reasons)].join("; ") : undefined;
}
