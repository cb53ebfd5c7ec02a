import { namespacesOn } from "../../../catalogue/assembly/on";
import type { Environment } from "../environment";
import { formatGiven, formatPath, type Problem } from "../errors";
import type { DeclaredSecret } from "../secrets";
import { closest } from "../suggest";
import { check } from "./check";

type Path = readonly (string | number)[];

function notOneOf(path: Path, given: string, options: readonly string[], what: string, next: string): Problem {
  const meant = closest(given, options);
  return {
    path: formatPath(["secrets", ...path]),
    given: formatGiven(given),
    allowed: `${what}: ${options.join(", ") || "there is none"}`,
    next: meant ? `did you mean ${meant}?` : next,
  };
}

type Copy = DeclaredSecret["copies"][number];

function copiesOf({ secrets }: Pick<Environment, "secrets">): readonly (readonly [Path, Copy, DeclaredSecret])[] {
  return Object.entries(secrets.declared).flatMap(([name, secret]) =>
    secret.copies.map((copy, i) => [["declared", name, "copies", i], copy, secret] as const),
  );
}

const namespacesThatAreThere = check(
  { needs: ["secrets", "services", "namespaces"] },
  ({ secrets, services, namespaces }) => {
    const there = [...new Set([...namespacesOn(services), ...Object.keys(namespaces)])].sort();
    const users: readonly (readonly [Path, string])[] = [
      ...copiesOf({ secrets }).map(([path, { namespace }]) => [[...path, "namespace"], namespace] as const),
      ...secrets.sharedReaders.map(({ namespace }, i) => [["sharedReaders", i, "namespace"], namespace] as const),
    ];
    return users
      .filter(([, namespace]) => !there.includes(namespace))
      .map(([path, namespace]) =>
        notOneOf(
          path,
          namespace,
          there,
          "a namespace of a data service, of jobs or of the environment's own",
          "use one of them, or add it to namespaces",
        ),
      );
  },
);

const keysThatAreThere = check({ needs: ["secrets"], clean: ["secrets"] }, ({ secrets }) =>
  copiesOf({ secrets }).flatMap(([path, { keys = [] }, secret]) =>
    keys.flatMap((key, i) =>
      Object.hasOwn(secret.keys, key)
        ? []
        : [notOneOf([...path, "keys", i], key, Object.keys(secret.keys), "a key of the secret", "add it to its keys")],
    ),
  ),
);

const copiesOnce = check({ needs: ["secrets"] }, ({ secrets }) => {
  const seen = new Set<string>();
  return copiesOf({ secrets }).flatMap(([path, { namespace, name }]) => {
    const copy = `${namespace}/${name}`;
    const problem: Problem = {
      path: formatPath(["secrets", ...path, "name"]),
      given: formatGiven(name),
      allowed: `a name that no other copy in ${namespace} has`,
      next: "give one of them another name",
    };
    const twice = seen.has(copy);
    seen.add(copy);
    return twice ? [problem] : [];
  });
});

const sharedMounts = check({ needs: ["secrets"], clean: ["secrets"] }, ({ secrets }) => {
  const mounts = [...new Set(Object.keys(secrets.declared).map((name) => name.split("/")[0] ?? ""))].sort();
  return secrets.sharedReaders.flatMap(({ mount }, i) =>
    mounts.includes(mount)
      ? []
      : [
          notOneOf(
            ["sharedReaders", i, "mount"],
            mount,
            mounts,
            "a mount with declared secrets",
            `declare a secret such as ${mount}/database`,
          ),
        ],
  );
});

const sharedNamesOnce = check({ needs: ["secrets"] }, ({ secrets: { sharedReaders } }) =>
  (["role", "policy"] as const).flatMap((what) =>
    sharedReaders.flatMap((reader, i) =>
      sharedReaders.findIndex((other) => other[what] === reader[what]) === i
        ? []
        : [
            {
              path: `secrets.sharedReaders[${i}].${what}`,
              given: formatGiven(reader[what]),
              allowed: `a ${what} of its own`,
              next: "give it another name",
            },
          ],
    ),
  ),
);

const describedOnce = check({ needs: ["secrets"], clean: ["secrets"] }, ({ secrets }) => {
  const known = new Map<string, string>();
  return Object.entries(secrets.declared).flatMap(([name, { keys }]) =>
    Object.entries(keys).flatMap(([key, value]): Problem[] => {
      if (!("variable" in value)) return [];
      const before = known.get(value.variable) ?? value.description;
      known.set(value.variable, before);
      if (before === value.description) return [];
      return [
        {
          path: formatPath(["secrets", "declared", name, "keys", key, "description"]),
          given: formatGiven(value.description),
          allowed: `the words that ${value.variable} has elsewhere: ${formatGiven(before)}`,
          next: "use the same words, or another variable",
        },
      ];
    }),
  );
});

/** Mount of the secrets that services ask for by themselves. */
const servicesMount = "platform";

const mountsOfTheirOwn = check({ needs: ["secrets"] }, ({ secrets }) =>
  Object.keys(secrets.declared)
    .filter((name) => name.startsWith(`${servicesMount}/`))
    .map((name) => ({
      path: formatPath(["secrets", "declared", name]),
      given: formatGiven(name),
      allowed: `a mount of your own, as ${servicesMount} holds what services ask for by themselves`,
      next: `use another mount such as team${name.slice(servicesMount.length)}`,
    })),
);

/** Rules on declared secrets, their copies and who may read them. */
export const secretChecks = [
  mountsOfTheirOwn,
  namespacesThatAreThere,
  keysThatAreThere,
  copiesOnce,
  sharedMounts,
  sharedNamesOnce,
  describedOnce,
];
