/** One mistake in an environment file: where it is, what was given, what is allowed and what to do. */
export interface Problem {
  /** Dotted path, with list positions in brackets, such as `target.nodePools[0].name`. */
  readonly path: string;
  /** The value as it was given, or `missing`. */
  readonly given: string;
  readonly allowed: string;
  /** What the reader does next. */
  readonly next: string;
}

/** The problem as one line, the form that users see and that fixtures expect. */
export function describeProblem(problem: Problem): string {
  return `${problem.path}: ${problem.given}; allowed: ${problem.allowed}; ${problem.next}`;
}

/** Everything that is wrong with one environment, reported at once. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";

  /**
   * @param environment name of the environment, or what stands in its place
   * @param problems in the order in which they are shown; at least one
   */
  constructor(
    readonly environment: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`environment ${environment} has ${count}`, ...problems.map((p) => `  ${describeProblem(p)}`)].join("\n"));
  }
}

/** Writes a path of keys and list positions the way TypeScript would access it. */
export function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : property(String(key)))).join("");
  return text.replace(/^\./, "") || "environment";
}

function property(key: string): string {
  return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Hides what may be a secret: user information and the query of an address. */
function hideSecrets(text: string): string {
  return text.replace(/\/\/(?!git@)[^/\s"]+@/g, "//***@").replace(/(\w:\/\/[^\s"?]*)\?[^\s"]*/g, "$1?***");
}

/** Writes a value that a user gave, short enough for one line and without the secrets that an address may hold. */
export function formatGiven(value: unknown): string {
  if (value === undefined) return "missing";
  const text = hideSecrets(JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
