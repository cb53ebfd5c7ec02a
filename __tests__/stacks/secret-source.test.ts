import type { EnvironmentInput } from "../../environments/schema";
import { type CheckedStack, PolicyError, runRules } from "../../policies";
import type { Layer } from "../../stacks/layers";
import type { StackJson } from "../../stacks/stack-json";
import { gkeTarget } from "../fixtures/environments/base";
import onePassword from "../fixtures/environments/valid/secrets-in-1password";
import { ChartData } from "../support/chart-data";
import { objectProblems } from "../support/crd-contract";
import { cloud, laptop, reviewedCloud } from "../support/fixture-environments";
import { objectsOf, releasesOf } from "../support/releases";
import { type SynthesizedStack, synthesizedEnvironments } from "../support/synthesized-platform";

const google = synthesizedEnvironments([reviewedCloud({ secrets: { source: { kind: "google-secret-manager" } } })]);
const connect = synthesizedEnvironments([laptop(onePassword as never)]);

function stackOf(stacks: readonly SynthesizedStack[], layer: Layer): SynthesizedStack {
  const [found] = stacks.filter((stack) => stack.layer === layer);
  if (!found) {
    throw new Error(`there is no stack ${layer}`);
  }
  return found;
}

type Block = Readonly<Record<string, unknown>>;

const blocks = (stacks: readonly SynthesizedStack[], layer: Layer, type: string): readonly Block[] =>
  Object.values(stackOf(stacks, layer).json.resource?.[type] ?? {});

const objects = (stacks: readonly SynthesizedStack[], kind: string) =>
  objectsOf(releasesOf(stackOf(stacks, "services").constructs)).filter((object) => object.kind === kind);

interface ExternalSecretSpec {
  readonly secretStoreRef: { readonly kind: string; readonly name: string };
  readonly data: readonly { readonly remoteRef: { readonly key: string } }[];
}

const externalSecrets = (stacks: readonly SynthesizedStack[]) =>
  objects(stacks, "ExternalSecret").map(({ metadata, spec }) => ({ metadata, spec: spec as ExternalSecretSpec }));

/** What External Secrets may call, as the addresses of its policies. */
const egress = (stacks: readonly SynthesizedStack[]) =>
  blocks(stacks, "base", "kubernetes_network_policy_v1")
    .filter(({ metadata }) => (metadata as Block).namespace === "external-secrets")
    .map(({ metadata, spec }) => [String((metadata as Block).name), JSON.stringify(spec)] as const)
    .filter(([name]) => name.startsWith("external-secrets-to-") && !name.includes("api-server"));

/** What the rules find; that one environment alone has not all that rules and exceptions are about is none of it. */
function findings(stacks: readonly CheckedStack[]): readonly string[] {
  try {
    runRules(stacks);
    return [];
  } catch (error) {
    if (error instanceof PolicyError) {
      return error.problems.filter((problem) => !/applied to nothing|matches nothing/.test(problem));
    }
    throw error;
  }
}

/** The stacks with one of them changed. */
function changed(stacks: readonly SynthesizedStack[], layer: Layer, change: (text: string) => string): CheckedStack[] {
  return stacks.map((stack) => {
    if (stack.layer !== layer) {
      return stack;
    }
    const before = JSON.stringify(stack.json);
    const after = change(before);
    expect(after).not.toBe(before);
    return { ...stack, json: JSON.parse(after) as StackJson };
  });
}

describe.each([
  ["Google's Secret Manager", google],
  ["1Password", connect],
])("with %s as the source", (_, stacks) => {
  it("every rule is kept", () => {
    expect(findings(stacks)).toEqual([]);
  });

  it("Vault stays, with audit devices and certificates, and keeps no secret of a service", () => {
    expect(blocks(stacks, "secrets", "vault_kv_secret_v2")).toEqual([]);
    expect(blocks(stacks, "secrets", "vault_audit")).toHaveLength(2);
    expect(blocks(stacks, "secrets", "vault_pki_secret_backend_role").length).toBeGreaterThan(0);
    expect(blocks(stacks, "secrets", "vault_database_secret_backend_connection")).toEqual([]);
  });

  it("External Secrets does not call Vault", () => {
    const policies = blocks(stacks, "vault", "kubernetes_network_policy_v1").map(({ metadata }) =>
      String((metadata as Block).name),
    );
    expect(policies.length).toBeGreaterThan(0);
    expect(policies.filter((name) => name.startsWith("external-secrets-to-"))).toEqual([]);
  });

  const data = ChartData.find();
  (data ? it : it.skip)("its objects fit External Secrets' definitions", () => {
    const found = ["SecretStore", "ClusterSecretStore", "ExternalSecret"].flatMap((kind) => objects(stacks, kind));
    expect(found.length).toBeGreaterThan(3);
    for (const object of found) {
      const schema = data?.definition(object.apiVersion, object.kind);
      expect(schema).toBeDefined();
      expect(objectProblems(object, schema ?? {})).toEqual([]);
    }
  });
});

describe("secrets in Google's Secret Manager", () => {
  it("are written for every key that a service reads, and for its namespace's account alone", () => {
    const written = blocks(google, "secrets", "google_secret_manager_secret").map(({ secret_id }) => String(secret_id));
    const read = new Set(
      externalSecrets(google).flatMap(({ spec }) => spec.data.map(({ remoteRef }) => remoteRef.key)),
    );
    expect(read.size).toBeGreaterThan(1);
    expect(written).toEqual(expect.arrayContaining([...read]));
    const members = blocks(google, "secrets", "google_secret_manager_secret_iam_member").map(({ member }) => member);
    // Jobs open buckets as themselves, so their namespace reads no secret.
    expect(new Set(members)).toEqual(
      new Set(["serviceAccount:example-dev-platform-prod.svc.id.goog[data-platform/secrets-reader]"]),
    );
  });

  it("are encrypted by the environment's key in prod, which Secret Manager's agent may use", () => {
    const [secret] = blocks(google, "secrets", "google_secret_manager_secret");
    expect(JSON.stringify(secret?.replication)).toContain("keyRings/gke-prod-platform/cryptoKeys/etcd");
    const members = blocks(google, "bootstrap", "google_kms_crypto_key_iam_member").map(({ member }) => String(member));
    expect(members.filter((member) => member.includes("@gcp-sa-secretmanager."))).toHaveLength(1);
  });

  it("are encrypted by it where the environment has own keys, whatever its tier", () => {
    const inDev = (ownKeys?: boolean) => {
      const environment = cloud({
        secrets: { source: { kind: "google-secret-manager" } },
        target: { ...gkeTarget, tier: "dev" } as EnvironmentInput["target"],
        google: { cluster: { ownKeys } },
      });
      return JSON.stringify(blocks(synthesizedEnvironments([environment]), "secrets", "google_secret_manager_secret"));
    };
    expect(inDev(true)).toContain("cryptoKeys/etcd");
    expect(inDev()).toContain("secret_id");
    expect(inDev()).not.toContain("cryptoKeys");
  });

  it("are written by the identity that applies, which may not read them", () => {
    const { provider } = stackOf(google, "secrets").json;
    expect(provider.google).toContainEqual(
      expect.objectContaining({
        alias: "apply",
        impersonate_service_account: ["$", "{var.deployer}"].join(""),
      }),
    );
    for (const type of ["", "_version", "_iam_member"]) {
      const made = blocks(google, "secrets", `google_secret_manager_secret${type}`);
      expect(made.length).toBeGreaterThan(0);
      expect(made.filter((block) => block.provider !== "google.apply")).toEqual([]);
    }
    const role = blocks(google, "bootstrap", "google_project_iam_custom_role").find(({ role_id }) =>
      String(role_id).endsWith("_secrets"),
    );
    expect(role?.permissions).toContain("secretmanager.versions.add");
    expect(role?.permissions).not.toContain("secretmanager.versions.access");
    const granted = blocks(google, "bootstrap", "google_project_iam_member").map((grant) => String(grant.role));
    expect(granted.filter((name) => /secretmanager\.(admin|secretAccessor)/.test(name))).toEqual([]);
  });

  it("have their API on", () => {
    const services = blocks(google, "bootstrap", "google_project_service").map(({ service }) => service);
    expect(services).toContain("secretmanager.googleapis.com");
  });

  it("are reached at the addresses of Google's APIs, and not over the metadata server", () => {
    const [[name = "", spec = ""] = []] = egress(google);
    expect(egress(google)).toHaveLength(1);
    expect(name).toBe("external-secrets-to-google-apis-egress");
    expect(spec).toContain('"443"');
    expect(spec).toContain('"199.36.153.8/30"');
    expect(spec).not.toContain("169.254");
  });

  it("give a finding when the store logs in without an account, or nobody may read", () => {
    const anybody = changed(google, "services", (text) => text.replaceAll('\\"serviceAccountRef\\":', '\\"other\\":'));
    expect(findings(anybody)).toContainEqual(expect.stringContaining("without a service account of its namespace"));
    const nobody = changed(google, "secrets", (text) => text.replaceAll("[data-platform/secrets-reader]", "[x/y]"));
    expect(findings(nobody)).toContainEqual(expect.stringContaining("which may read no secret"));
  });

  it("give a finding when External Secrets may call into the network", () => {
    const wide = changed(google, "base", (text) => text.replaceAll('"199.36.153.8/30"', '"0.0.0.0/0"'));
    expect(findings(wide)).toContainEqual(expect.stringMatching(/^ESO-04 .*ToGoogleApisEgress/));
  });
});

describe("secrets in 1Password", () => {
  it("need a store of the cluster, which the operator then serves, for the services' namespaces only", () => {
    const [store] = objects(connect, "ClusterSecretStore");
    expect(store?.spec).toMatchObject({ conditions: [{ namespaces: ["data-platform", "spark-jobs"] }] });
    expect(objects(connect, "SecretStore")).toEqual([]);
    const operator = releasesOf(stackOf(connect, "base").constructs).find(({ chart }) => chart === "external-secrets");
    expect(operator?.values).toMatchObject({
      processClusterStore: true,
      processClusterExternalSecret: false,
      crds: { createClusterSecretStore: true, createClusterExternalSecret: false },
    });
  });

  it("are read through that store by every ExternalSecret, after it is there", () => {
    const refs = externalSecrets(connect).map(({ spec }) => spec.secretStoreRef);
    expect(refs.length).toBeGreaterThan(2);
    expect(refs).toEqual(refs.map(() => ({ kind: "ClusterSecretStore", name: "onepassword-connect" })));
    const releases = releasesOf(stackOf(connect, "services").constructs);
    const store = "helm_release.OnePasswordStore_Store_Release";
    expect(releases.filter(({ dependsOn }) => dependsOn.includes(store)).length).toBeGreaterThan(1);
  });

  it("are reached at the Connect server's addresses and port", () => {
    const [[name = "", spec = ""] = []] = egress(connect);
    expect(egress(connect)).toHaveLength(1);
    expect(name).toBe("external-secrets-to-onepassword-egress");
    expect(spec).toContain('"203.0.113.10/32"');
    expect(spec).toContain('"8443"');
  });

  it("give a finding when the token is looked for in the reader's namespace", () => {
    const theirs = changed(connect, "services", (text) =>
      text.replace('\\"namespace\\":\\"external-secrets\\"', '\\"x\\":\\"y\\"'),
    );
    expect(findings(theirs)).toContainEqual(expect.stringContaining("takes its token from"));
  });
});

describe("Vault as the source", () => {
  it("leaves stores of the cluster off, and the other sources' rows out", () => {
    const stacks = synthesizedEnvironments([laptop()]);
    const operator = releasesOf(stackOf(stacks, "base").constructs).find(({ chart }) => chart === "external-secrets");
    expect(operator?.values).toMatchObject({ processClusterStore: false, crds: { createClusterSecretStore: false } });
    expect(egress(stacks)).toEqual([]);
    expect(
      findings(
        changed(stacks, "base", (text) =>
          text.replace('\\"processClusterStore\\":false', '\\"processClusterStore\\":true'),
        ),
      ),
    ).toContainEqual(expect.stringMatching(/^ESO-03/));
  });
});
