import { join } from "node:path";
import { modulesFolder } from "../paths";

/** Tools that are run here: by the rehearsal, and to look at what is synthesized. */
export type ToolName =
  | "terraform"
  | "helm"
  | "etcd"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "kwok"
  | "vault"
  | "external-secrets"
  | "trivy"
  | "terraform-provider-kubernetes"
  | "terraform-provider-helm"
  | "terraform-provider-vault"
  | "terraform-provider-random";

/** Operating system and processor, in the words that Go and Terraform use. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** How to learn the version of a binary. */
export type VersionCheck =
  /** Run it; the first group of the pattern is the version, without a leading "v". */
  | { readonly by: "output"; readonly args: readonly string[]; readonly pattern: RegExp }
  /** Look for the Go module and its version, which Go writes into every binary: these print no version. */
  | { readonly by: "build-info"; readonly module: string; readonly moduleVersion: string };

/** An official download with a checksum. */
export interface Release {
  /** Address of the file. */
  readonly url: (platform: Platform) => string;
  /** Address of the published list of SHA-256 sums (or of the one sum), or the sum itself for each `os_arch`. */
  readonly checksum: ((platform: Platform) => string) | Readonly<Record<string, string>>;
  readonly archive: "zip" | "tar.gz" | "none";
  /** Path of the binary inside the archive. */
  readonly member: (platform: Platform) => string;
}

/** How to build a tool from a pinned Go module. */
export interface Build {
  /** Folder with go.mod and go.sum. */
  readonly folder: string;
  /** Main package. */
  readonly package: string;
  /** Linker flags beside `-s -w`. */
  readonly ldflags: string;
  /** Experiments of Go that its sources need, as `GOEXPERIMENT` names them. @default - none */
  readonly experiment?: string;
  /** About how long a first build takes on two cores. */
  readonly minutes: number;
}

/** A tool: what it is called, which versions do, and where it comes from. */
export interface ToolSpec {
  readonly name: ToolName;
  /** The version that is downloaded or built. */
  readonly version: string;
  /** Versions that do as well: at least the first, below the second; twice the same: exactly it. */
  readonly accepts: readonly [atLeast: string, below: string];
  /** Environment variable that names the binary. */
  readonly variable: string;
  readonly check: VersionCheck;
  readonly release?: Release;
  readonly build?: Build;
}

const kubeVersion = "1.35.4";

function hashicorp(product: string, version: string): Release {
  const base = `https://releases.hashicorp.com/${product}/${version}/${product}_${version}`;
  return {
    url: ({ os, arch }) => `${base}_${os}_${arch}.zip`,
    checksum: () => `${base}_SHA256SUMS`,
    archive: "zip",
    member: () => product,
  };
}

function build(folder: string, mainPackage: string, minutes: number, ldflags = ""): Build {
  return { folder: join(modulesFolder, folder), package: mainPackage, minutes, ldflags };
}

function kubernetes(name: "kube-apiserver" | "kube-controller-manager" | "kube-scheduler", minutes: number): ToolSpec {
  // Without these flags the server calls itself v0.0.0.
  const [major, minor] = kubeVersion.split(".");
  const ldflags = [`gitVersion=v${kubeVersion}`, `gitMajor=${major}`, `gitMinor=${minor}`]
    .map((setting) => `-X k8s.io/component-base/version.${setting}`)
    .join(" ");
  const url = ({ os, arch }: Platform) => `https://dl.k8s.io/v${kubeVersion}/bin/${os}/${arch}/${name}`;
  return {
    name,
    version: kubeVersion,
    accepts: ["1.35.0", "1.36.0"],
    variable: variableOf(name),
    check: { by: "output", args: ["--version"], pattern: /Kubernetes v(\S+)/ },
    release: { url, checksum: (platform) => `${url(platform)}.sha256`, archive: "none", member: () => name },
    build: build("kube", `k8s.io/kubernetes/cmd/${name}`, minutes, ldflags),
  };
}

function provider(
  product: "kubernetes" | "helm" | "vault" | "random",
  version: string,
  module: string,
  moduleVersion: string,
): ToolSpec {
  const name = `terraform-provider-${product}` as const;
  return {
    name,
    version,
    accepts: [version, version],
    variable: variableOf(name),
    check: { by: "build-info", module, moduleVersion },
    build: build(name, module, 2),
  };
}

/** Environment variable that names the binary of a tool: `TERRALAKE_KUBE_APISERVER`. */
export function variableOf(name: ToolName): string {
  return `TERRALAKE_${name.toUpperCase().replaceAll("-", "_")}`;
}

const specs: readonly ToolSpec[] = [
  {
    name: "terraform",
    version: "1.11.4",
    // Ephemeral resources came with 1.10, write-only arguments with 1.11.
    accepts: ["1.11.0", "2.0.0"],
    variable: variableOf("terraform"),
    check: { by: "output", args: ["version"], pattern: /Terraform v(\S+)/ },
    release: hashicorp("terraform", "1.11.4"),
  },
  {
    name: "helm",
    version: "3.22.0",
    accepts: ["3.14.0", "5.0.0"],
    variable: variableOf("helm"),
    check: { by: "output", args: ["version", "--short"], pattern: /v(\d+\.\d+\.\d+[^\s+]*)/ },
    release: {
      url: ({ os, arch }) => `https://get.helm.sh/helm-v3.22.0-${os}-${arch}.tar.gz`,
      checksum: ({ os, arch }) => `https://get.helm.sh/helm-v3.22.0-${os}-${arch}.tar.gz.sha256sum`,
      archive: "tar.gz",
      member: ({ os, arch }) => `${os}-${arch}/helm`,
    },
    // Without the flag it calls itself v3.22.
    build: build("helm", "helm.sh/helm/v3/cmd/helm", 1, "-X helm.sh/helm/v3/internal/version.version=v3.22.0"),
  },
  {
    name: "etcd",
    version: "3.6.16",
    accepts: ["3.6.0", "3.7.0"],
    variable: variableOf("etcd"),
    check: { by: "output", args: ["--version"], pattern: /etcd Version: (\S+)/ },
    release: {
      url: ({ os, arch }) =>
        `https://github.com/etcd-io/etcd/releases/download/v3.6.16/etcd-v3.6.16-${os}-${arch}.${os === "linux" ? "tar.gz" : "zip"}`,
      checksum: () => "https://github.com/etcd-io/etcd/releases/download/v3.6.16/SHA256SUMS",
      archive: process.platform === "linux" ? "tar.gz" : "zip",
      member: ({ os, arch }) => `etcd-v3.6.16-${os}-${arch}/etcd`,
    },
    build: build("etcd", "go.etcd.io/etcd/server/v3", 1),
  },
  kubernetes("kube-apiserver", 4),
  kubernetes("kube-controller-manager", 1),
  kubernetes("kube-scheduler", 1),
  {
    // Its releases carry no checksum, so it is built.
    name: "kwok",
    version: "0.8.0",
    accepts: ["0.8.0", "0.9.0"],
    variable: variableOf("kwok"),
    check: { by: "output", args: ["--version"], pattern: /kwok version v(\S+)/ },
    build: build("kwok", "sigs.k8s.io/kwok/cmd/kwok", 2),
  },
  {
    name: "vault",
    version: "1.21.1",
    accepts: ["1.21.0", "1.22.0"],
    variable: variableOf("vault"),
    check: { by: "output", args: ["version"], pattern: /Vault v([^\s,]+)/ },
    release: hashicorp("vault", "1.21.1"),
    build: build("vault", "github.com/hashicorp/vault", 8),
  },
  {
    name: "external-secrets",
    version: "0.18.2",
    accepts: ["0.18.2", "0.18.2"],
    variable: variableOf("external-secrets"),
    check: { by: "build-info", module: "github.com/external-secrets/external-secrets", moduleVersion: "v0.18.2" },
    build: build("external-secrets", "github.com/external-secrets/external-secrets", 4),
  },
  {
    // Its releases were replaced by an attacker in 2026 (GHSA-69fq-xp46-6x23): a module cannot be, go.sum has its hash.
    name: "trivy",
    version: "0.69.3",
    accepts: ["0.69.3", "0.69.3"],
    variable: variableOf("trivy"),
    check: { by: "build-info", module: "github.com/aquasecurity/trivy", moduleVersion: "v0.69.3" },
    build: { ...build("trivy", "github.com/aquasecurity/trivy/cmd/trivy", 8), experiment: "jsonv2" },
  },
  // After 3.2.1 and before any later release: a pre-release version says so, with the date of the commit.
  provider(
    "kubernetes",
    "3.2.2-dev.20260821",
    "github.com/hashicorp/terraform-provider-kubernetes",
    "v1.13.4-0.20260821094251-3a33fb6cc605",
  ),
  provider("helm", "1.3.2", "github.com/hashicorp/terraform-provider-helm", "v1.3.2"),
  provider("vault", "5.9.0", "github.com/hashicorp/terraform-provider-vault", "v1.9.1-0.20260422134934-5e9fcd457a99"),
  provider(
    "random",
    "3.9.0",
    "github.com/terraform-providers/terraform-provider-random",
    "v1.3.2-0.20260513075824-f8d869dc98d9",
  ),
];

/** Every tool by its name. */
export const tools: ReadonlyMap<ToolName, ToolSpec> = new Map(specs.map((spec) => [spec.name, spec]));

/** The tool of that name. */
export function toolSpec(name: ToolName): ToolSpec {
  const spec = tools.get(name);
  if (!spec) {
    throw new Error(`no tool is called "${name}", there are ${[...tools.keys()].join(", ")}`);
  }
  return spec;
}

/** This machine, in the words that Go and Terraform use. */
export function thisPlatform(): Platform {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return { os: process.platform === "win32" ? "windows" : process.platform, arch };
}
