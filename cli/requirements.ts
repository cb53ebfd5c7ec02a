import type { ToolName } from "../rehearsal/tools";
import { onPath, run } from "./processes";

/** What needs a tool; the groups of the doctor's table, in its order. */
export const purposes = ["synth and test", "rehearse", "up kind", "up minikube", "gke"] as const;
/** See {@link purposes}. */
export type Purpose = (typeof purposes)[number];

/** A tool as it was found, or not. */
export interface Finding {
  readonly purpose: Purpose;
  readonly tool: string;
  readonly state: "ok" | "missing" | "optional";
  /** Its version, when there is one. */
  readonly version?: string;
  /** Where it is, or how to get it. */
  readonly remark: string;
}

/** A program on PATH that says its version. */
interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly version: RegExp;
  readonly howToGet: string;
}

const programs = {
  npm: { name: "npm", args: ["--version"], version: /(\S+)/, howToGet: "comes with Node.js, https://nodejs.org" },
  go: {
    name: "go",
    args: ["version"],
    version: /go(\d\S*)/,
    howToGet: "https://go.dev/dl; only to build tools that cannot be downloaded",
  },
  kind: {
    name: "kind",
    args: ["version"],
    version: /v(\d\S*)/,
    howToGet: "https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
  },
  minikube: {
    name: "minikube",
    args: ["version", "--short"],
    version: /v(\d\S*)/,
    howToGet: "https://minikube.sigs.k8s.io/docs/start",
  },
  kubectl: {
    name: "kubectl",
    args: ["version", "--client"],
    version: /v(\d\S*)/,
    howToGet: "https://kubernetes.io/docs/tasks/tools; to look around, Terralake itself does not call it",
  },
  gcloud: {
    name: "gcloud",
    args: ["version"],
    version: /Google Cloud SDK (\S+)/,
    howToGet: "https://cloud.google.com/sdk/docs/install",
  },
  gkePlugin: {
    name: "gke-gcloud-auth-plugin",
    args: ["--version"],
    version: /(\d\S*)/,
    howToGet: "gcloud components install gke-gcloud-auth-plugin",
  },
} satisfies Record<string, Program>;

/** Looks for everything that these purposes need; changes nothing and asks no network. */
export async function inspect(wanted: readonly Purpose[], signal: AbortSignal): Promise<readonly Finding[]> {
  const findings: Promise<Finding>[] = [];
  const add = (purpose: Purpose, ...list: ((purpose: Purpose) => Promise<Finding>)[]) => {
    if (wanted.includes(purpose)) findings.push(...list.map((look) => look(purpose)));
  };
  const program = (name: keyof typeof programs, optional = false) => {
    return (purpose: Purpose) => lookForProgram(programs[name], purpose, optional, signal);
  };
  const terraform = (purpose: Purpose) => lookForTool("terraform", purpose);
  add("synth and test", node, program("npm"));
  if (wanted.includes("rehearse")) {
    const { tools } = await import("../rehearsal/tools");
    add("rehearse", ...[...tools.keys()].map((name) => (purpose: Purpose) => lookForTool(name, purpose)));
    add("rehearse", program("go", true));
  }
  add("up kind", (purpose) => engine(purpose, signal), program("kind"), terraform, program("kubectl", true));
  add("up minikube", (purpose) => engine(purpose, signal), program("minikube"), terraform, program("kubectl", true));
  add("gke", program("gcloud"), program("gkePlugin"), terraform, program("kubectl", true));
  return Promise.all(findings);
}

async function node(purpose: Purpose): Promise<Finding> {
  return { purpose, tool: "node", state: "ok", version: process.versions.node, remark: process.execPath };
}

async function lookForProgram(
  program: Program,
  purpose: Purpose,
  optional: boolean,
  signal: AbortSignal,
): Promise<Finding> {
  const missing = { purpose, tool: program.name, state: optional ? "optional" : "missing" } as const;
  const path = onPath(program.name);
  if (!path) return { ...missing, remark: program.howToGet };
  const result = await run(path, program.args, { signal, timeoutMs: 20_000, graceMs: 1000 });
  const version = program.version.exec(result.all)?.[1];
  if (result.timedOut || !version) {
    const reason = result.timedOut ? "does not answer within 20 s" : "tells no version";
    return { ...missing, remark: `${path} ${reason}; install it anew: ${program.howToGet}` };
  }
  return { purpose, tool: program.name, state: "ok", version, remark: path };
}

async function lookForTool(name: ToolName, purpose: Purpose): Promise<Finding> {
  const { findTool } = await import("../rehearsal/tools");
  const found = await findTool(name);
  if ("missing" in found) {
    return { purpose, tool: name, state: "missing", remark: found.howToGet };
  }
  return { purpose, tool: name, state: "ok", version: found.version, remark: `${found.path} (${found.source})` };
}

async function engine(purpose: Purpose, signal: AbortSignal): Promise<Finding> {
  const found = await findEngine(signal);
  if (found.running) {
    return {
      purpose,
      tool: found.running.name,
      state: "ok",
      version: found.running.version,
      remark: found.running.path,
    };
  }
  return { purpose, tool: "docker or podman", state: "missing", remark: found.reason };
}

/** A container engine that answers, or why there is none. */
export type EngineSearch =
  | { readonly running: { readonly name: "docker" | "podman"; readonly version: string; readonly path: string } }
  | { readonly running?: undefined; readonly reason: string };

/** Looks for a container engine whose server answers. */
export async function findEngine(signal: AbortSignal): Promise<EngineSearch> {
  const silent: string[] = [];
  for (const name of ["docker", "podman"] as const) {
    const path = onPath(name);
    if (!path) continue;
    const args =
      name === "docker" ? ["version", "--format", "{{.Server.Version}}"] : ["info", "--format", "{{.Version.Version}}"];
    const result = await run(path, args, { signal, timeoutMs: 15_000, graceMs: 1000 });
    const version = /^\s*(\d\S*)/.exec(result.stdout)?.[1];
    if (result.code === 0 && version) return { running: { name, version, path } };
    silent.push(`${path} is installed, but its engine does not answer`);
  }
  const reason =
    silent.length > 0
      ? `${silent.join("; ")}; start it`
      : "https://docs.docker.com/engine/install or https://podman.io";
  return { reason };
}
