import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { vaultAccess, vaultProxyPath } from "../constructs/vault";
import { stackName } from "../stacks/layers";
import { CertificateLoop } from "./certificate-loop";
import { type ControlPlane, startControlPlane } from "./cluster/control-plane";
import { startExternalSecrets } from "./cluster/external-secrets";
import { endLeftovers } from "./cluster/leftovers";
import { type NameProxy, startNameProxy } from "./cluster/name-proxy";
import type { ProcessGroup } from "./cluster/processes";
import { flowEnds } from "./inspect/flow-ends";
import { searchLeaks } from "./inspect/leaks";
import { leftAfterDestroy } from "./inspect/leftovers";
import { installedReleases, readSecrets, waitForExternalSecrets } from "./inspect/read-back";
import { refusedPods, unscheduledPods } from "./inspect/refused-pods";
import { send } from "./messages";
import type { RehearsalPlan } from "./prepare";
import { RehearsalError } from "./rehearsal-error";
import type { AppliedStack, RehearsalResult, Timings } from "./result";
import { runCommand } from "./run-command";
import { rewrites } from "./terraform/rewrites";
import { Terraform, TerraformError } from "./terraform/terraform";
import { copyManifest, createWorkspace, type Workspace } from "./terraform/workspace";
import { startVaultNode } from "./vault-node";

const firstPlan = "first.tfplan";
const secondPlan = "second.tfplan";
const destroyPlan = "destroy.tfplan";
const keptMessage = "These resources were kept due to the resource policy";
const destroyAttempts = 3;

/** One rehearsal, from an empty machine to an empty machine. */
export class Run {
  private readonly terraform: Terraform;
  private readonly substitutes: string[];
  private readonly timings = new Map<keyof Timings, number>();
  private workspaces: readonly Workspace[] = [];
  private vaultVersion: string | undefined;

  constructor(
    private readonly plan: RehearsalPlan,
    private readonly group: ProcessGroup,
    private readonly signal: AbortSignal,
  ) {
    this.substitutes = [...plan.substitutes];
    this.terraform = new Terraform({
      program: this.tool("terraform"),
      cliConfig: plan.cliConfig,
      logFolder: join(plan.folder, "logs"),
      signal,
    });
  }

  async execute(): Promise<RehearsalResult> {
    const cluster = await this.timed("start", () => this.start());
    const proxy = await startNameProxy([{ name: "kubernetes.default.svc:443", port: cluster.ports.apiServer }]);
    try {
      return await this.rehearse(cluster, proxy);
    } finally {
      await proxy.stop();
    }
  }

  private async rehearse(cluster: ControlPlane, proxy: NameProxy): Promise<RehearsalResult> {
    const issuer = new CertificateLoop(cluster);
    try {
      const applied = await this.timed("apply", () => this.applyAll(cluster, proxy, issuer));
      await this.timed("secondPlan", () => this.planAgain());
      const found = await this.step("read back", (line) => this.readBack(cluster, applied, line));
      send({ type: "ready", result: found });
      const { exec } = this.plan;
      if (exec !== undefined) {
        await this.step(`run ${exec}`, (line) =>
          runCommand(exec, {
            folder: this.plan.folder,
            kubeconfig: cluster.kubeconfig,
            cliConfig: this.plan.cliConfig,
            terraform: this.tool("terraform"),
            signal: this.signal,
            line,
          }),
        );
      }
      if (this.plan.keep) {
        await this.step("keep everything running until Ctrl-C", () => this.untilStopped());
      }
      const kept = await this.timed("destroy", () => this.destroyAll(cluster));
      return { ...found, kept, timings: this.allTimings() };
    } finally {
      await issuer.stop();
    }
  }

  private async start(): Promise<ControlPlane> {
    const { plan, group } = this;
    return this.step("start the API server, etcd, the controllers and KWOK", async (line) => {
      if (!plan.isolated) {
        await endLeftovers(join(plan.folder, "processes.json"));
      }
      const cluster = await startControlPlane({
        binaries: {
          etcd: this.tool("etcd"),
          kubeApiserver: this.tool("kube-apiserver"),
          kubeControllerManager: this.tool("kube-controller-manager"),
          kubeScheduler: this.tool("kube-scheduler"),
          kwok: this.tool("kwok"),
        },
        folder: join(plan.folder, "cluster"),
        group,
        isolated: plan.isolated,
        context: plan.context,
      });
      this.substitutes.push(...cluster.substitutes);
      line(`Kubernetes ${cluster.version}`);
      return cluster;
    });
  }

  private async applyAll(cluster: ControlPlane, proxy: NameProxy, issuer: CertificateLoop): Promise<AppliedStack[]> {
    const { plan } = this;
    const targets = {
      kubeconfig: cluster.kubeconfig,
      context: cluster.context,
      ...this.vaultTarget(cluster),
      providers: new Map(plan.providers),
      charts: new Map(plan.charts),
    };
    await this.step("initialize the stacks", async () => {
      this.workspaces = await Promise.all(
        plan.stacks.map((stack) => createWorkspace(plan.synthesized, stack, join(plan.folder, "stacks"), targets)),
      );
      await copyManifest(plan.synthesized, plan.folder, plan.stacks);
      await Promise.all(this.workspaces.map(({ stack, folder }) => this.terraform.init(stack, folder)));
    });
    const applied: AppliedStack[] = [];
    for (const workspace of this.workspaces) {
      applied.push(await this.apply(workspace).catch((error) => this.explain(error, cluster)));
      if (workspace.stack === stackName(plan.environment, "base")) {
        issuer.start();
      }
      if (workspace.stack === stackName(plan.environment, "vault")) {
        await this.startVault(cluster, proxy);
        await this.startExternalSecrets(cluster, proxy);
      }
    }
    return applied;
  }

  /** Through the API server's service proxy, which leads to a pod's address: without a namespace there is none. */
  private vaultTarget(cluster: ControlPlane) {
    return this.plan.isolated
      ? {
          vaultAddress: `${cluster.endpoint}${vaultProxyPath}`,
          vaultCaFile: cluster.caFile,
          vaultThroughProxy: true,
        }
      : {
          vaultAddress: `https://127.0.0.1:${vaultAccess.port}`,
          vaultCaFile: join(this.plan.folder, "vault", "tls", "ca.crt"),
          vaultThroughProxy: false,
        };
  }

  private async apply({ stack, folder, rewrites: changed }: Workspace): Promise<AppliedStack> {
    const started = Date.now();
    return this.step(`apply ${stack}`, async (line) => {
      await this.terraform.plan(stack, folder, firstPlan);
      await this.terraform.apply(stack, folder, firstPlan);
      const state = JSON.parse(await this.terraform.show(stack, folder)) as {
        values?: { root_module?: { resources?: unknown[] } };
      };
      const resources = state.values?.root_module?.resources?.length ?? 0;
      line(`${resources} resources`);
      return { stack, resources, seconds: (Date.now() - started) / 1000, rewrites: changed };
    });
  }

  private async startVault(cluster: ControlPlane, proxy: NameProxy): Promise<void> {
    await this.step("start Vault, initialize it and run its bootstrap job", async (line) => {
      const { plan, group, signal } = this;
      const vault = await startVaultNode({ plan, cluster, group, proxy, binary: this.tool("vault"), signal });
      this.substitutes.push(...vault.substitutes);
      this.vaultVersion = vault.version;
      line(`Vault ${vault.version} on Raft with TLS, root token revoked`);
    });
  }

  private async startExternalSecrets(cluster: ControlPlane, proxy: NameProxy): Promise<void> {
    await this.step("start External Secrets", async () => {
      const { notes } = await startExternalSecrets({
        cluster,
        group: this.group,
        binary: this.tool("external-secrets"),
        folder: join(this.plan.folder, "external-secrets"),
        proxyUrl: proxy.url,
      });
      this.substitutes.push(...notes);
    });
  }

  private async planAgain(): Promise<void> {
    await this.step("plan again", async (line) => {
      for (const { stack, folder } of this.workspaces) {
        if (await this.terraform.plan(stack, folder, secondPlan)) {
          const log = join(this.plan.folder, "logs", `${stack}-plan-${secondPlan}.log`);
          throw new RehearsalError(`the second plan of ${stack} is not empty, see ${log}`);
        }
        line(`${stack}: nothing to change`);
      }
    });
  }

  private async readBack(
    cluster: ControlPlane,
    stacks: readonly AppliedStack[],
    line: (text: string) => void,
  ): Promise<RehearsalResult> {
    const { plan } = this;
    if (this.hasServices) {
      await waitForExternalSecrets(cluster, this.signal);
    }
    const { secrets, values } = this.hasServices
      ? await readSecrets(cluster)
      : { secrets: [], values: new Map<string, string>() };
    await this.writeShownPlans();
    const { leaks, ...leakSearch } = await searchLeaks(plan.folder, values);
    line(`${secrets.length} secrets, ${leakSearch.files} files searched for ${leakSearch.values} values`);
    if (leaks.length > 0) {
      throw new RehearsalError(`secret values were found in ${leaks.join(", ")}`);
    }
    await this.checkPods(cluster, line);
    const used = new Set(stacks.flatMap(({ rewrites: names }) => names));
    return {
      environment: plan.environment,
      isolated: plan.isolated,
      versions: { kubernetes: cluster.version, vault: this.vaultVersion },
      stacks,
      releases: await installedReleases(cluster),
      secrets,
      leakSearch,
      substitutes: this.substitutes,
      rewrites: [
        "allowDestroy: on, since a rehearsal ends with a destroy",
        ...rewrites.filter(({ name }) => used.has(name)).map(({ name, description }) => `${name}: ${description}`),
      ],
      kept: [],
      timings: this.allTimings(),
    };
  }

  /** Looks for pods that were refused where nobody waits for them, and for network policies that fit no pod. */
  private async checkPods(cluster: ControlPlane, line: (text: string) => void): Promise<void> {
    const refused = [...(await refusedPods(cluster)), ...(await unscheduledPods(cluster))];
    // The pods of a flow may come with a later layer than its policy.
    const flows = this.hasServices ? await flowEnds(cluster) : { checked: 0, skipped: 0, problems: [] };
    const skipped = flows.skipped > 0 ? `, ${flows.skipped} of stand-in charts not looked at` : "";
    line(`${flows.checked} ends of network policies compared with the pods of the charts${skipped}`);
    const problems = [...refused, ...flows.problems];
    if (problems.length > 0) {
      throw new RehearsalError(problems.join("\n"));
    }
  }

  /** Adds to a failed apply what Helm, which only waits, does not tell: pods that the API server refuses. */
  private async explain(error: unknown, cluster: ControlPlane): Promise<never> {
    if (!(error instanceof TerraformError)) {
      throw error;
    }
    const refused = await Promise.all([refusedPods(cluster), unscheduledPods(cluster)])
      .then((found) => found.flat())
      .catch(() => []);
    if (refused.length === 0) {
      throw error;
    }
    throw new RehearsalError([error.message, ...refused].join("\n"));
  }

  /** What a plan file holds is packed; the search for secrets reads what Terraform shows of it. */
  private async writeShownPlans(): Promise<void> {
    for (const { stack, folder } of this.workspaces) {
      for (const file of [firstPlan, secondPlan]) {
        await writeFile(join(folder, `${file}.json`), await this.terraform.show(stack, folder, file));
      }
    }
  }

  private async destroyAll(cluster: ControlPlane): Promise<readonly string[]> {
    for (const workspace of [...this.workspaces].reverse()) {
      await this.step(`destroy ${workspace.stack}`, () => this.destroy(workspace));
    }
    return this.step("look what is left", () => leftAfterDestroy(cluster));
  }

  /**
   * Destroys a stack. Helm's word that definitions were kept is a warning to the provider's version 2 and later, and an
   * error to the one before, which then must look again to see that the release is gone.
   */
  private async destroy({ stack, folder }: Workspace): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.terraform.plan(stack, folder, destroyPlan, ["-destroy"]);
        await this.terraform.apply(stack, folder, destroyPlan);
        return;
      } catch (error) {
        const onlyKept = error instanceof TerraformError && error.errors.every((each) => each.startsWith(keptMessage));
        if (!onlyKept || attempt === destroyAttempts) {
          throw error;
        }
      }
    }
  }

  private async untilStopped(): Promise<void> {
    while (!this.signal.aborted) {
      await this.group.assertRunning();
      await sleep(1000, undefined, { signal: this.signal }).catch(() => undefined);
    }
    this.signal.throwIfAborted();
  }

  private async step<Result>(title: string, run: (line: (text: string) => void) => Promise<Result>): Promise<Result> {
    this.signal.throwIfAborted();
    send({ type: "step-begins", title });
    const result = await run((line) => send({ type: "line", line }));
    send({ type: "step-ends" });
    return result;
  }

  private async timed<Result>(part: keyof Timings, run: () => Promise<Result>): Promise<Result> {
    const started = Date.now();
    const result = await run();
    this.timings.set(part, (Date.now() - started) / 1000);
    return result;
  }

  private allTimings(): Timings {
    const seconds = (part: keyof Timings) => this.timings.get(part) ?? 0;
    return {
      start: seconds("start"),
      apply: seconds("apply"),
      secondPlan: seconds("secondPlan"),
      destroy: seconds("destroy"),
    };
  }

  /** Whether the last layer is rehearsed, and with it all that the others are there for. */
  private get hasServices(): boolean {
    return this.plan.stacks.includes(stackName(this.plan.environment, "services"));
  }

  private tool(name: string): string {
    const path = this.plan.tools[name];
    if (path === undefined) {
      throw new RehearsalError(`tool ${name} was not prepared`);
    }
    return path;
  }
}
