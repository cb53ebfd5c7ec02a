import { fixed, GoogleSecretManagerSecrets, generated, keyOf, provided } from "../../../constructs/secrets";
import { lake } from "../../support/test-stack";
import { all, documentOf, emptyStack, only, where } from "../gke/synthesized";

const place = {
  environment: "gke-prod",
  project: "example-dev",
  region: "europe-west1",
  cluster: { name: "gke-prod", location: "europe-west1" },
};

function google(
  changes: { readonly kmsKey?: string; readonly versions?: { readonly [path: string]: number } } = {},
  allowDestroy = false,
) {
  const stack = emptyStack({ allowDestroy });
  return { stack, secrets: new GoogleSecretManagerSecrets(stack, "Secrets", { ...place, ...changes }) };
}

const reader = { namespace: "lake", serviceAccount: "secrets-reader" };

describe("a secret", () => {
  it("is one JSON object, written by a write-only argument", () => {
    const { stack, secrets } = google();
    secrets.secret("postgres/nessie", { username: fixed("nessie"), password: generated(24) });
    const version = only(stack, "google_secret_manager_secret_version");
    expect(version).toMatchObject({ secret_data_wo_version: 1, lifecycle: { create_before_destroy: true } });
    expect(version.secret_data_wo).toMatch(
      /^\$\{jsonencode\(\{"password" = ephemeral\.random_password\.\w+\.result, "username" = "nessie"\}\)\}$/,
    );
    expect(version).not.toHaveProperty("secret_data");
  });

  it("stays in the environment's region, under a name with the environment", () => {
    const { stack, secrets } = google();
    secrets.secret("postgres/nessie", { password: generated() });
    expect(only(stack, "google_secret_manager_secret")).toMatchObject({
      secret_id: "gke-prod-platform-postgres-nessie",
      project: "example-dev",
      replication: { user_managed: { replicas: [{ location: "europe-west1" }] } },
    });
  });

  it("is encrypted by the key that is given", () => {
    const kmsKey = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/etcd";
    const { stack, secrets } = google({ kmsKey });
    secrets.secret("trino", { secret: generated() });
    expect(only(stack, "google_secret_manager_secret")).toMatchObject({
      replication: { user_managed: { replicas: [{ customer_managed_encryption: { kms_key_name: kmsKey } }] } },
    });
  });

  it("is written again when its version rises, and keeps the value before where data is kept", () => {
    const made = (allowDestroy: boolean) => {
      const { stack, secrets } = google({ versions: { "platform/trino": 3 } }, allowDestroy);
      secrets.secret("trino", { secret: generated() });
      return stack;
    };
    expect(only(made(false), "google_secret_manager_secret_version")).toMatchObject({
      secret_data_wo_version: 3,
      deletion_policy: "DISABLE",
    });
    expect(only(made(true), "google_secret_manager_secret_version")).toMatchObject({ deletion_policy: "DELETE" });
  });

  it("cannot be destroyed by a plan unless the environment allows it", () => {
    const made = (allowDestroy: boolean) => {
      const { stack, secrets } = google({}, allowDestroy);
      secrets.secret("trino", { secret: generated() });
      return only(stack, "google_secret_manager_secret");
    };
    expect(made(false)).toMatchObject({ deletion_protection: true, lifecycle: { prevent_destroy: true } });
    expect(made(true)).toMatchObject({ deletion_protection: false, lifecycle: { prevent_destroy: false } });
  });

  it("says who answers for it, and asks people for what they provide", () => {
    const { stack, secrets } = google();
    const values = { key: provided("aws_key", "access key of the bucket") };
    secrets.secret("aws", values, { mount: "kyuubi", owner: "platform", rotateEvery: "90d" });
    expect(only(stack, "google_secret_manager_secret")).toMatchObject({
      annotations: { owner: "platform", "rotate-every": "90d" },
    });
    expect(documentOf(stack)).toMatchObject({ variable: { aws_key: { description: "access key of the bucket" } } });
  });

  it("is refused when its id would be another one's, or too long", () => {
    const { secrets } = google();
    secrets.secret("a-b", { key: generated() });
    expect(() => secrets.secret("a/b", { key: generated() })).toThrow(
      'secret "platform/a/b" has the id of another one',
    );
    expect(() => secrets.secret("x".repeat(250), { key: generated() })).toThrow("has 268 characters, 255 are allowed");
  });
});

describe("a reader", () => {
  it("is one service account of one namespace, for one secret, once", () => {
    const { stack, secrets } = google();
    const [trino] = [secrets.secret("trino", { a: generated() }), secrets.secret("nessie", { b: generated() })];
    secrets.grantRead(trino, reader);
    secrets.grantRead(trino, reader);
    expect(only(stack, "google_secret_manager_secret_iam_member")).toMatchObject({
      role: "roles/secretmanager.secretAccessor",
      member: "serviceAccount:example-dev.svc.id.goog[lake/secrets-reader]",
    });
    expect(secrets.inventory.map(({ ref, readers }) => [ref.path, readers])).toEqual([
      ["nessie", []],
      ["trino", ["lake/secrets-reader"]],
    ]);
  });

  it("of several secrets has a grant on each", () => {
    const { stack, secrets } = google();
    for (const path of ["trino", "nessie"]) {
      secrets.grantRead(secrets.secret(path, { key: generated() }), reader);
    }
    expect(all(stack, "google_secret_manager_secret_iam_member")).toHaveLength(2);
  });

  it("of a secret of somebody else is refused", () => {
    const { secrets: others } = google();
    const { secrets } = google();
    const foreign = others.secret("trino", { key: generated() });
    expect(() => secrets.grantRead(foreign, reader)).toThrow('secret "platform/trino" is not declared here');
  });
});

describe("the store", () => {
  it("logs in as the reader of its namespace, and asks no metadata server", () => {
    expect(google().secrets.store.parts(lake, "platform-ca")).toEqual({
      provider: {
        gcpsm: {
          projectID: "example-dev",
          auth: {
            workloadIdentity: {
              clusterProjectID: "example-dev",
              clusterLocation: "europe-west1",
              clusterName: "gke-prod",
              serviceAccountRef: { name: "secrets-reader" },
            },
          },
        },
      },
    });
  });

  it("finds a key in the secret's JSON", () => {
    const { stack, secrets } = google();
    const ref = secrets.secret("postgres/nessie", { password: generated() });
    const { key, property } = secrets.remoteRef(keyOf(ref, "password"));
    expect(property).toBe("password");
    expect(where(stack, "google_secret_manager_secret", "secret_id", key)).toBeDefined();
  });
});
