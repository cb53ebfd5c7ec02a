import { pathOf, rotationObstacle, type SecretEntry } from "../../constructs/secrets";
import { closest, highestVersion, type Secrets } from "../../environments/schema";
import { OperationError } from "../operation-error";

/** A rotation that may be written into the environment's file. */
export interface RotationPlan {
  /** Mount and path. */
  readonly secret: string;
  readonly from: number;
  readonly to: number;
  /** Kubernetes Secrets that follow, as `namespace/name`, with who makes them take effect. */
  readonly followers: readonly string[];
  /** Variables that must be set, since the value is a person's. */
  readonly variables: readonly { readonly name: string; readonly description: string }[];
  /** Keys whose value stands in the program: it is written as it is there. */
  readonly fixed: readonly string[];
}

/**
 * Checks that a secret can be rotated: it is there, its version rises, and everybody who uses it follows.
 *
 * @param to @default - the next version
 * @throws OperationError with the nearest path, the versions allowed, or who does not follow and why
 */
export function planRotation(secrets: readonly SecretEntry[], secret: string, to?: number): RotationPlan {
  const entry = secrets.find(({ ref }) => pathOf(ref) === secret) ?? unknown(secrets, secret);
  const from = entry.ref.version;
  const version = to ?? from + 1;
  if (version > highestVersion) {
    throw new OperationError(
      `version ${version} of ${secret} is too high; allowed: ${from + 1} to ${highestVersion}; use ${from + 1} or leave --to out`,
    );
  }
  if (!Number.isSafeInteger(version) || version <= from) {
    throw new OperationError(
      `version ${version} of ${secret} is not above ${from}, the version that the environment has; versions only rise: use ${from + 1} or leave --to out`,
    );
  }
  const values = Object.entries(entry.values);
  const fixed = values.filter(([, value]) => value.source === "fixed").map(([key]) => key);
  const obstacle = rotationObstacle(entry);
  if (obstacle !== undefined) throw new OperationError(`${secret} cannot be rotated: ${obstacle}`);
  const variables = values.flatMap(([, value]) =>
    value.source === "provided" ? [{ name: value.variable, description: value.description }] : [],
  );
  return {
    secret,
    from,
    to: version,
    followers: entry.consumers.map(
      ({ namespace, name, follows }) =>
        `${namespace}/${name} (${"name" in follows ? `by ${follows.name}` : "pods are restarted by the reloader"})`,
    ),
    variables: variables.filter(({ name }, at) => variables.findIndex((other) => other.name === name) === at),
    fixed,
  };
}

/**
 * What a person does for the new values before the deploy, in order.
 *
 * @param source who keeps the values
 */
export function stepsOfPeople(
  { secret, fixed, variables }: RotationPlan,
  source: Secrets["source"]["kind"],
): readonly string[] {
  if (source === "onepassword") {
    return [
      `first change item ${secret} in 1Password by hand: nothing of this project writes there, and a version that rises only ` +
        "makes its readers read again",
    ];
  }
  return [
    ...(fixed.length > 0
      ? [`written as the program has them, so change them there if need be: ${fixed.join(", ")}`]
      : []),
    ...variables.map(({ name, description }) => `set TF_VAR_${name} for the deploy to the new value: ${description}`),
  ];
}

function unknown(secrets: readonly SecretEntry[], secret: string): never {
  const paths = secrets.map(({ ref }) => pathOf(ref));
  // Who leaves the mount out, or a letter, means one of these.
  const near = closest(secret, paths) ?? paths.find((path) => path.slice(path.indexOf("/") + 1) === secret);
  throw new OperationError(
    `secret ${JSON.stringify(secret)} is not known; allowed: ${paths.join(", ") || "none, the environment has no secrets"}${near ? `; did you mean ${near}?` : ""}`,
  );
}
