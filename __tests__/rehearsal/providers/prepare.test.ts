import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prepareProviders } from "../../../rehearsal/providers";
import { cliConfigText } from "../../../rehearsal/providers/mirror";
import { Network, thisPlatform } from "../../../rehearsal/tools";
import { type ToolSpec, toolSpec } from "../../../rehearsal/tools/registry";
import { scratch, serve } from "../tools/fixture";

const { os, arch } = thisPlatform();

/** A filesystem mirror with one unpacked provider. */
function mirrorOf(name: string, version: string): string {
  const mirror = scratch();
  const folder = join(mirror, "registry.terraform.io", "hashicorp", name, version, `${os}_${arch}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `terraform-provider-${name}_v${version}`), "#!/bin/sh\n", { mode: 0o755 });
  return mirror;
}

/** A binary that looks as if it had been built from the provider's pinned module. */
function binaryOf(spec: ToolSpec): string {
  const file = join(scratch(), spec.name);
  if (spec.check.by === "build-info") {
    writeFileSync(file, `\0path\tx\nmod\t${spec.check.module}\t${spec.check.moduleVersion}\th1:x\n`, { mode: 0o755 });
  }
  return file;
}

/** A network in which no host answers. */
function network(): Network {
  return new Network({ releaseBase: "http://127.0.0.1:1" });
}

describe("providers", () => {
  test("come from the folder first, in the wanted version", async () => {
    const TERRALAKE_PROVIDERS = mirrorOf("vault", "5.6.0");
    const made = await prepareProviders(new Map([["hashicorp/vault", "= 5.6.0"]]), {
      environment: { TERRALAKE_PROVIDERS, PATH: "" },
      cacheDir: scratch(),
      network: network(),
    });
    expect(made.providers).toEqual([{ provider: "hashicorp/vault", wanted: "5.6.0", used: "5.6.0", from: "folder" }]);
    expect(made.substitutes).toEqual([]);
    const config = readFileSync(made.cliConfig, "utf8");
    expect(config).toContain(`path    = "${TERRALAKE_PROVIDERS}"`);
    expect(config).toContain('include = ["registry.terraform.io/hashicorp/vault"]');
    expect(config).not.toContain("direct");
  });

  test("that were copied before come from the cache", async () => {
    const cacheDir = scratch();
    const folder = join(cacheDir, "providers", "registry", "registry.terraform.io", "hashicorp", "google");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `terraform-provider-google_6.50.0_${os}_${arch}.zip`), "");
    const options = { environment: { PATH: "" }, cacheDir, network: network() };
    const made = await prepareProviders(new Map([["hashicorp/google", "6.50.0"]]), options);
    expect(made.providers[0]?.from).toBe("cache");
  });

  test("are copied from the registry where it answers", async () => {
    const server = await serve((_request, response) => response.end("{}"));
    const cacheDir = scratch();
    // In the place of Terraform: makes what "terraform providers mirror <folder>" makes of the expected constraint.
    const terraform = join(scratch(), "terraform");
    const target = '"$4/registry.terraform.io/hashicorp/vault"';
    const lines = [
      "#!/bin/sh -e",
      'grep -q \'"version":"= 5.6.0"\' "$(echo "$1" | cut -d= -f2)/providers.tf.json"',
      `mkdir -p ${target}`,
      `touch ${target}/terraform-provider-vault_5.6.0_${os}_${arch}.zip`,
    ];
    writeFileSync(terraform, lines.join("\n"), { mode: 0o755 });
    const made = await prepareProviders(new Map([["hashicorp/vault", "5.6.0"]]), {
      environment: { PATH: process.env.PATH },
      cacheDir,
      network: new Network({ releaseBase: server.base }),
      terraform,
    });
    await server.close();
    expect(server.hits).toEqual(["/.well-known/terraform.json"]);
    expect(made.providers).toEqual([{ provider: "hashicorp/vault", wanted: "5.6.0", used: "5.6.0", from: "registry" }]);
  });

  test("that had to be built have their own version and are called substitutes", async () => {
    const spec = toolSpec("terraform-provider-vault");
    const environment = { TERRALAKE_TERRAFORM_PROVIDER_VAULT: binaryOf(spec), PATH: "" };
    const options = { environment, cacheDir: scratch(), network: network() };
    const made = await prepareProviders(new Map([["hashicorp/vault", "5.6.0"]]), options);
    expect(made.substitutes).toEqual([{ provider: "hashicorp/vault", wanted: "5.6.0", used: "5.9.0", from: "built" }]);
    const mirror = /path {4}= "(.*)"/.exec(readFileSync(made.cliConfig, "utf8"))?.[1] ?? "";
    const file = join(
      "registry.terraform.io/hashicorp/vault/5.9.0",
      `${os}_${arch}`,
      "terraform-provider-vault_v5.9.0",
    );
    expect(existsSync(join(mirror, file))).toBe(true);
  });

  test("of another build are refused", async () => {
    const file = join(scratch(), "provider");
    writeFileSync(file, "\nmod\tgithub.com/hashicorp/terraform-provider-vault\tv1.0.0\t\n");
    const environment = { TERRALAKE_TERRAFORM_PROVIDER_VAULT: file, PATH: "" };
    const options = { environment, cacheDir: scratch(), network: network() };
    await expect(prepareProviders(new Map([["hashicorp/vault", "5.6.0"]]), options)).rejects.toThrow(
      "it was not built from github.com/hashicorp/terraform-provider-vault v1.9.1-0.20260422134934-5e9fcd457a99",
    );
  });

  test("that nothing can give are named with what to do", async () => {
    const options = { environment: { PATH: "" }, cacheDir: scratch(), network: network() };
    const required = new Map([
      ["hashicorp/google", "6.50.0"],
      ["hashicorp/tls", "4.1.0"],
    ]);
    await expect(prepareProviders(required, options)).rejects.toThrow(
      "the providers hashicorp/google 6.50.0, hashicorp/tls 4.1.0 are missing",
    );
  });

  test("folder that is no mirror is an error", async () => {
    const environment = { TERRALAKE_PROVIDERS: "/nowhere", PATH: "" };
    await expect(prepareProviders(new Map(), { environment, cacheDir: scratch() })).rejects.toThrow(
      "TERRALAKE_PROVIDERS is /nowhere: it holds no folder registry.terraform.io",
    );
  });
});

test("paths are quoted in the CLI configuration", () => {
  expect(cliConfigText(new Map([['/a "b"', ["hashicorp/vault"]]]))).toContain('path    = "/a \\"b\\""\n');
});

describe("real Terraform", () => {
  const found = spawnSync("terraform", ["version"]).status === 0;
  const withTerraform: (title: string, run: jest.ProvidesCallback, timeout?: number) => void = found
    ? test
    : (title, run, timeout) => test.skip(`${title} (skipped: terraform is not on the PATH)`, run, timeout);

  // A pre-release version is only taken by an exact constraint, so this is tried and not assumed.
  withTerraform("installs a substitute of a pre-release version by its exact constraint", async () => {
    const spec = toolSpec("terraform-provider-kubernetes");
    const environment = { TERRALAKE_TERRAFORM_PROVIDER_KUBERNETES: binaryOf(spec), PATH: "" };
    const options = { environment, cacheDir: scratch(), network: network() };
    const { cliConfig, substitutes } = await prepareProviders(new Map([["hashicorp/kubernetes", "2.38.0"]]), options);
    const folder = scratch();
    const required = { kubernetes: { source: "hashicorp/kubernetes", version: substitutes[0]?.used } };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: required } }));
    const init = spawnSync("terraform", ["init", "-no-color", "-input=false"], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: folder, TF_CLI_CONFIG_FILE: cliConfig },
    });
    rmSync(folder, { recursive: true });
    expect(init.stdout).toContain(`Installed hashicorp/kubernetes v${spec.version}`);
    expect(init.status).toBe(0);
  });
});
