import { TerraformStack, Testing } from "cdktf";
import type { EnvironmentInput } from "../../environments/schema";
import { declareBackend, LayerState, localFolder } from "../../stacks/backends";
import { cloud, laptop } from "../support/fixture-environments";

type BackendInput = NonNullable<EnvironmentInput["backend"]>;

/** What a stack says of its own state, and of the state of the cluster layer that it reads. */
function synthesized(backend?: BackendInput, environment = backend ? laptop({ backend }) : laptop()) {
  const stack = new TerraformStack(Testing.app(), "test");
  declareBackend(stack, environment, "base");
  new LayerState(stack, "Cluster", environment, "cluster");
  const document = JSON.parse(Testing.synth(stack, true)) as {
    terraform: { backend: object };
    data: { terraform_remote_state: { Cluster: object } };
  };
  return { own: document.terraform.backend, read: document.data.terraform_remote_state.Cluster };
}

const expected: readonly (readonly [BackendInput, object, object])[] = [
  [
    { type: "local" },
    { path: "../../../.terralake/kind/base.tfstate" },
    { path: "../../../.terralake/kind/cluster.tfstate" },
  ],
  [
    { type: "gcs", bucket: "example-dev-state" },
    { bucket: "example-dev-state", prefix: "kind/base" },
    { bucket: "example-dev-state", prefix: "kind/cluster" },
  ],
  [
    { type: "s3", bucket: "example-dev-state", region: "eu-central-1", endpoint: "https://s3.example.com" },
    {
      bucket: "example-dev-state",
      key: "kind/base/terraform.tfstate",
      region: "eu-central-1",
      encrypt: true,
      use_lockfile: true,
      endpoints: { s3: "https://s3.example.com" },
    },
    {
      bucket: "example-dev-state",
      key: "kind/cluster/terraform.tfstate",
      region: "eu-central-1",
      encrypt: true,
      use_lockfile: true,
      endpoints: { s3: "https://s3.example.com" },
    },
  ],
  [
    { type: "kubernetes", namespace: "terraform" },
    { secret_suffix: "kind-base", namespace: "terraform" },
    { secret_suffix: "kind-cluster", namespace: "terraform" },
  ],
  [
    { type: "http", address: "https://state.example.com" },
    {
      address: "https://state.example.com/kind/base",
      lock_address: "https://state.example.com/kind/base/lock",
      unlock_address: "https://state.example.com/kind/base/lock",
    },
    {
      address: "https://state.example.com/kind/cluster",
      lock_address: "https://state.example.com/kind/cluster/lock",
      unlock_address: "https://state.example.com/kind/cluster/lock",
    },
  ],
  [
    { type: "azurerm", resourceGroup: "example", storageAccount: "exampledev", container: "state" },
    {
      resource_group_name: "example",
      storage_account_name: "exampledev",
      container_name: "state",
      key: "kind/base/terraform.tfstate",
    },
    {
      resource_group_name: "example",
      storage_account_name: "exampledev",
      container_name: "state",
      key: "kind/cluster/terraform.tfstate",
    },
  ],
  [
    { type: "remote", hostname: "terraform.example.com", organization: "example-dev" },
    { hostname: "terraform.example.com", organization: "example-dev", workspaces: { name: "kind-base" } },
    { hostname: "terraform.example.com", organization: "example-dev", workspaces: { name: "kind-cluster" } },
  ],
];

describe("a backend", () => {
  test.each(expected.map(([backend, own, read]) => [backend.type, backend, own, read] as const))(
    "%s keeps each layer in a place of its own, and finds the others",
    (type, backend, own, read) => {
      const stack = synthesized(backend);
      expect(stack.own).toEqual({ [type]: own });
      expect(stack.read).toEqual({ backend: type, config: read });
    },
  );

  test("is local on a laptop and a bucket on Google Cloud when nothing is said", () => {
    expect(Object.keys(synthesized().own)).toEqual(["local"]);
    expect(synthesized(undefined, cloud()).own).toMatchObject({ gcs: { prefix: "gke-prod/base" } });
  });

  test("encrypts with a key where one is named", () => {
    const kmsKey = "projects/example-dev/locations/europe-west1/keyRings/a/cryptoKeys/state";
    expect(synthesized({ type: "gcs", bucket: "example-dev-state", kmsKey }).own).toMatchObject({
      gcs: { kms_encryption_key: kmsKey },
    });
    expect(
      synthesized({ type: "s3", bucket: "example-dev-state", region: "eu-central-1", kmsKeyId: "alias/state" }).own,
    ).toMatchObject({ s3: { kms_key_id: "alias/state" } });
  });

  test("is in no way read implicitly", () => {
    const app = Testing.app();
    const stack = new TerraformStack(app, "one");
    declareBackend(stack, laptop(), "base");
    const backend = stack.node.findChild("Backend") as unknown as {
      getRemoteStateDataSource: (scope: TerraformStack, name: string, from: string) => never;
    };
    expect(() => backend.getRemoteStateDataSource(stack, "State", "kind-vault")).toThrow(
      "one/State: the state of kind-vault is not read implicitly (rule TF-15)",
    );
  });
});

test("what belongs to an environment is found from the folder of a synthesized stack", () => {
  expect(localFolder("kind")).toBe("../../../.terralake/kind");
});
