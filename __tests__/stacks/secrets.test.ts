import { Testing } from "cdktf";
import { generated } from "../../constructs/secrets";
import { SecretsStack } from "../../stacks/secrets";
import { all, documentOf, only } from "../constructs/gke/synthesized";
import { laptop } from "../support/fixture-environments";
import { objectsOf, releasesOf } from "../support/releases";
import { synthesizedStack } from "../support/synthesized-platform";

describe("SecretsStack", () => {
  it("writes what later layers ask for", () => {
    const stack = new SecretsStack(Testing.app(), laptop());
    expect(all(stack, "vault_kv_secret_v2")).toEqual([]);
    stack.outputs.secrets.secret("trino", { shared_secret: generated(64) });
    expect(only(stack, "vault_kv_secret_v2")).toMatchObject({ name: "trino" });
  });

  it("installs nothing, so that it needs no chart", () => {
    const document = documentOf(new SecretsStack(Testing.app(), laptop()));
    expect(Object.keys(document.provider ?? {})).toEqual(["kubernetes", "random", "vault"]);
  });

  it.each(["kind", "minikube"])("writes every secret that the services of %s read, and lets their reader", (name) => {
    const secrets = synthesizedStack(name, "secrets").constructs;
    const { resource } = documentOf(secrets);
    const mountOf = (reference: string) =>
      resource?.vault_mount?.[/vault_mount\.(\w+)\.path/.exec(reference)?.[1] ?? ""]?.path;
    const written = all(secrets, "vault_kv_secret_v2").map(({ mount, name }) => `${mountOf(String(mount))}/${name}`);
    const granted = all(secrets, "vault_policy")
      .map(({ policy }) => String(policy))
      .join("");
    const read = new Set(
      objectsOf(releasesOf(synthesizedStack(name, "services").constructs))
        .filter(({ kind }) => kind === "ExternalSecret")
        .flatMap(({ spec }) => (spec as { data?: readonly { remoteRef: { key: string } }[] }).data ?? [])
        .map(({ remoteRef }) => remoteRef.key),
    );
    expect(read.size).toBeGreaterThan(0);
    for (const key of read) {
      expect(written).toContain(key);
      expect(granted).toContain(`"${key.replace("/", "/data/")}"`);
    }
  });
});
