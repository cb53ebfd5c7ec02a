import { formatGiven, formatPath, type Problem } from "../errors";
import type { Secrets } from "../secrets";
import { closest } from "../suggest";
import { check } from "./check";

function unknownKey(path: readonly string[], given: string, options: readonly string[], what: string): Problem {
  const meant = closest(given, options);
  return {
    path: formatPath(["services", ...path]),
    given: formatGiven(given),
    allowed: `${what}: ${options.join(", ") || "there is none"}`,
    next: meant ? `did you mean ${meant}?` : "declare it in secrets.declared",
  };
}

/** Every key of a declared secret, as `mount/path#key`. */
function declaredKeys({ declared }: Secrets): readonly string[] {
  return Object.entries(declared).flatMap(([name, { keys }]) => Object.keys(keys).map((key) => `${name}#${key}`));
}

const declaredKey = "a key of a declared secret as mount/path#key";

const databaseCredentials = check(
  { needs: ["secrets", "services"], clean: ["secrets", "services"] },
  ({ secrets, services }) => {
    const options = declaredKeys(secrets);
    return (["postgres", "mariadb"] as const).flatMap((server) =>
      Object.entries(services[server]?.credentials ?? {})
        .filter(([, reference]) => !options.includes(reference))
        .map(([database, reference]) => unknownKey([server, "credentials", database], reference, options, declaredKey)),
    );
  },
);

const bucketCredentials = check(
  { needs: ["secrets", "services"], clean: ["secrets", "services"] },
  ({ secrets, services }) => {
    const options = declaredKeys(secrets);
    const { credentials = {}, s3, gcs } = services.objectStore ?? {};
    const pairs = [
      ...Object.entries(credentials).map(([bucket, pair]) => [["credentials", bucket], pair] as const),
      ...(s3?.keys ? [[["s3", "keys"], s3.keys] as const] : []),
      ...(gcs?.keys ? [[["gcs", "keys"], gcs.keys] as const] : []),
    ];
    return pairs.flatMap(([path, pair]) =>
      (["accessKey", "secretKey"] as const)
        .filter((part) => !options.includes(pair[part]))
        .map((part) => unknownKey(["objectStore", ...path, part], pair[part], options, declaredKey)),
    );
  },
);

const kyuubiEnvironment = check(
  { needs: ["secrets", "services"], clean: ["secrets", "services"] },
  ({ secrets, services: { kyuubi } }) => {
    const options = Object.values(secrets.declared).flatMap(({ keys, copies }) =>
      copies
        .filter(({ namespace }) => namespace === kyuubi?.namespace)
        .flatMap((copy) => (copy.keys ?? Object.keys(keys)).map((key) => `${copy.name}#${key}`)),
    );
    return Object.entries(kyuubi?.environment ?? {})
      .filter(([, reference]) => !options.includes(reference))
      .map(([variable, reference]) =>
        unknownKey(
          ["kyuubi", "environment", variable],
          reference,
          options,
          "a key of a copy of a declared secret in the same namespace",
        ),
      );
  },
);

const kyuubiAccount = check(
  { needs: ["secrets", "services"], clean: ["secrets", "services"] },
  ({ secrets, services: { kyuubi } }) => {
    if (kyuubi?.serviceAccount === undefined) return [];
    const options = secrets.sharedReaders
      .filter(({ namespace }) => namespace === kyuubi.namespace)
      .map(({ serviceAccount }) => serviceAccount);
    if (options.includes(kyuubi.serviceAccount)) return [];
    return [
      {
        ...unknownKey(["kyuubi", "serviceAccount"], kyuubi.serviceAccount, options, "a shared reader of the namespace"),
        next: "add it to secrets.sharedReaders or leave it out for an account of its own",
      },
    ];
  },
);

const webServiceSecrets = check(
  { needs: ["secrets", "services"], clean: ["secrets", "services"] },
  ({ secrets, services: { webServices } }) => {
    const options = declaredKeys(secrets);
    return Object.entries(webServices?.services ?? {}).flatMap(([name, service]) =>
      (["secrets", "secretFiles"] as const).flatMap((kind) =>
        Object.entries(service[kind])
          .filter(([, reference]) => !options.includes(reference))
          .map(([key, reference]) =>
            unknownKey(["webServices", "services", name, kind, key], reference, options, declaredKey),
          ),
      ),
    );
  },
);

/** Rules on the secrets that services take from those that the environment declares. */
export const serviceSecretChecks = [
  databaseCredentials,
  bucketCredentials,
  kyuubiEnvironment,
  kyuubiAccount,
  webServiceSecrets,
];
