import type { SecretValues } from "./inspect/leaks";

/** Every secret value that a rehearsal has met, by where it is from; one name may have had several values. */
export class KnownValues {
  private readonly found = new Map<string, string>();

  /** @param name such as `platform/trino#password`; an earlier value of the name stays known */
  remember(name: string, value: string): void {
    let free = name;
    for (let version = 2; this.found.has(free) && this.found.get(free) !== value; version++) {
      free = `${name} (${version})`;
    }
    this.found.set(free, value);
  }

  rememberAll(values: SecretValues): void {
    for (const [name, value] of values) {
      this.remember(name, value);
    }
  }

  get values(): SecretValues {
    return this.found;
  }
}
