import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stackName } from "../stacks/layers";
import { CertificateLoop } from "./certificate-loop";
import { type ControlPlane, startControlPlane } from "./cluster/control-plane";
import { startExternalSecrets } from "./cluster/external-secrets";
import { endLeftovers } from "./cluster/leftovers";
import { type NameProxy, startNameProxy } from "./cluster/name-proxy";
import type { ProcessGroup } from "./cluster/processes";
import { helmRecords } from "./inspect/helm-records";
import { searchLeaks } from "./inspect/leaks";
import { leftAfterDestroy } from "./inspect/leftovers";
import { openValues } from "./inspect/open-values";
import { unattended } from "./inspect/unattended";
import { KnownValues } from "./known-values";
import { send } from "./messages";
import { type PostgresNode, startPostgresNode } from "./postgres-node";
import type { RehearsalPlan } from "./prepare";
import { proofs, runProofs } from "./proofs";
import { environmentOf } from "./proofs/operator-connection";
import { afterRotation } from "./proofs/rotation";
import { explainApply, type FoundPlatform, readBackPlatform } from "./read-back";
import { RehearsalError } from "./rehearsal-error";
import type { AppliedStack, LeakSearch, RehearsalResult, ShownProof, SwitchedOff } from "./result";
import { runAsRoot } from "./root-access";
import { runCommand } from "./run-command";
import { StackRunner } from "./stack-runner";
import { Steps } from "./steps";
import { SwitchOff } from "./switch-off/switch-off";
import { targetsOf } from "./targets";
import { rewrites } from "./terraform/rewrites";
import { Terraform } from "./terraform/terraform";
import { startVaultNode, type VaultNode } from "./vault-node";

/** One rehearsal, from an empty machine to an empty machine. */
export class Run {
  private readonly terraform: Terraform;
  private readonly runner: StackRunner;
  private readonly substitutes: string[];
  private readonly known = new KnownValues();
  private readonly steps: Steps;
  private vault: VaultNode | undefined;
  private postgres: PostgresNode | undefined;

  constructor(
    private readonly plan: RehearsalPlan,
    private readonly group: ProcessGroup,
    private readonly signal: AbortSignal,
  ) {
    this.steps = new Steps(signal);
    this.substitutes = [...plan.substitutes];
    this.terraform = new Terraform({
      program: this.tool("terraform"),
      cliConfig: plan.cliConfig,
      logFolder: join(plan.folder, "logs"),
      signal,
    });
    this.runner = new StackRunner(this.terraform, plan.folder);
  }

  async execute(): Promise<RehearsalResult> {
    const cluster = await this.steps.timed("start", () => this.start());
    const proxy = await startNameProxy([{ name: "kubernetes.default.svc:443", port: cluster.ports.apiServer }]);
    try {
      return await this.rehearse(cluster, proxy);
    } finally {
      await proxy.stop();
    }
  }

  private async rehearse(cluster: ControlPlane, proxy: NameProxy): Promise<RehearsalResult> {
    const issuer = new CertificateLoop(cluster, proxy);
    try {
      const applied = await this.steps.timed("apply", () => this.applyAll(cluster, proxy, issuer));
      await this.steps.timed("secondPlan", () => this.planAgain());
      const found = await this.steps.step("read back", (line) =>
        readBackPlatform({
          cluster,
          hasServices: this.hasServices,
          hasDatabases: this.postgres !== undefined,
          signal: this.signal,
          line,
        }),
      );
      this.known.rememberAll(found.values);
      this.substitutes.push(...unattended(await helmRecords(cluster)));
      const shown = await this.steps.timed("proofs", () => this.prove(cluster, proxy));
      const before = await this.result(cluster, applied, found, shown);
      const ready = { ...before, leakSearch: await this.searchLeaks(before) };
      send({ type: "ready", result: ready });
      const { exec } = this.plan;
      if (exec !== undefined) {
        await this.steps.step(`run ${exec}`, (line) => this.runCommand(exec, cluster, line));
      }
      if (this.plan.keep) {
        await this.steps.step("keep everything running until Ctrl-C", () => this.untilStopped());
      }
      const switchedOff = await this.steps.timed("switchOff", () => this.switchOff(cluster));
      const kept = await this.steps.timed("destroy", () => this.destroyAll(cluster));
      const result = { ...ready, switchedOff, kept, timings: this.steps.timings };
      // Once more, since the destroy has written logs too.
      return { ...result, leakSearch: await this.searchLeaks(result) };
    } finally {
      await issuer.stop();
    }
  }

  private async start(): Promise<ControlPlane> {
    const { plan, group } = this;
    return this.steps.step("start the API server, etcd, the controllers and KWOK", async (line) => {
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
        ownStorageClass: plan.ownStorageClass,
        nodePools: plan.nodePools,
      });
      this.substitutes.push(...cluster.substitutes);
      line(`Kubernetes ${cluster.version}`);
      return cluster;
    });
  }

  private async applyAll(cluster: ControlPlane, proxy: NameProxy, issuer: CertificateLoop): Promise<AppliedStack[]> {
    const { plan } = this;
    await this.steps.step("initialize the stacks", () =>
      this.runner.initialize(plan.synthesized, plan.stacks, targetsOf(plan, cluster)),
    );
    const applied: AppliedStack[] = [];
    for (const workspace of this.runner.workspaces) {
      applied.push(
        await this.steps.step(`apply ${workspace.stack}`, async (line) => {
          const stack = await this.runner.apply(workspace).catch((error) => explainApply(error, cluster));
          line(`${stack.resources} resources`);
          return stack;
        }),
      );
      if (workspace.stack === stackName(plan.environment, "base")) {
        issuer.start();
      }
      if (workspace.stack === stackName(plan.environment, "vault")) {
        await this.startVault(cluster, proxy);
        await this.startExternalSecrets(cluster, proxy);
      }
      if (workspace.stack === stackName(plan.environment, "services")) {
        await this.startPostgres(cluster);
      }
    }
    return applied;
  }

  private async startVault(cluster: ControlPlane, proxy: NameProxy): Promise<void> {
    await this.steps.step("start Vault, initialize it and run its bootstrap job", async (line) => {
      const { plan, group, signal } = this;
      const vault = await startVaultNode({ plan, cluster, group, proxy, binary: this.tool("vault"), signal });
      this.substitutes.push(...vault.substitutes);
      this.vault = vault;
      line(`Vault ${vault.version} on Raft with TLS, root token revoked`);
    });
  }

  private async startExternalSecrets(cluster: ControlPlane, proxy: NameProxy): Promise<void> {
    await this.steps.step("start External Secrets", async () => {
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

  private async startPostgres(cluster: ControlPlane): Promise<void> {
    await this.steps.step("start PostgreSQL, where there is one", async (line) => {
      const { plan, group, signal } = this;
      const { node, substitutes } = await startPostgresNode({ plan, cluster, group, signal });
      this.substitutes.push(...substitutes);
      this.postgres = node;
      line(node?.programs.version ?? "it does not run");
    });
  }

  private async planAgain(): Promise<void> {
    await this.steps.step("plan again", async (line) => {
      for (const workspace of this.runner.workspaces) {
        await this.runner.planAgain(workspace);
        line(`${workspace.stack}: nothing to change`);
      }
      await this.runner.writeShownPlans();
    });
  }

  /** Proofs are about the whole platform: without its last layer there are none. */
  private async prove(cluster: ControlPlane, proxy: NameProxy): Promise<readonly ShownProof[]> {
    const vault = this.vault?.server;
    if (!vault || !this.hasServices) {
      return [];
    }
    const { plan, group, terraform, signal } = this;
    return runProofs(
      proofs,
      {
        plan,
        cluster,
        vault,
        proxy,
        postgres: this.postgres,
        group,
        terraform,
        workspaces: this.runner.workspaces,
        targets: targetsOf(plan, cluster),
        signal,
        withRoot: (run) => runAsRoot(cluster, vault, this.known, run),
        remember: (name, value) => this.known.remember(name, value),
      },
      (title, run) => this.steps.step(title, run),
    );
  }

  /** Every service alone, before all that is left goes at once. */
  private async switchOff(cluster: ControlPlane): Promise<readonly SwitchedOff[]> {
    const { plan, runner, signal } = this;
    if (!this.hasServices || plan.skip.includes("switch-off")) {
      return [];
    }
    const { folder, stacks } = plan;
    const services = new SwitchOff({ cluster, runner, folder, stacks, targets: targetsOf(plan, cluster), signal });
    return services.all(afterRotation(environmentOf({ plan })), (title, run) => this.steps.step(title, run));
  }

  private async result(
    cluster: ControlPlane,
    stacks: readonly AppliedStack[],
    found: FoundPlatform,
    shown: readonly ShownProof[],
  ): Promise<RehearsalResult> {
    const { plan } = this;
    const used = new Set(stacks.flatMap(({ rewrites: names }) => names));
    return {
      environment: plan.environment,
      isolated: plan.isolated,
      versions: { kubernetes: cluster.version, vault: this.vault?.version },
      stacks,
      releases: found.releases,
      secrets: found.secrets,
      proofs: shown,
      switchedOff: [],
      leakSearch: { values: 0, files: 0 },
      substitutes: this.substitutes,
      rewrites: [
        "allowDestroy: on, since a rehearsal ends with a destroy",
        ...rewrites.filter(({ name }) => used.has(name)).map(({ name, description }) => `${name}: ${description}`),
      ],
      kept: [],
      timings: this.steps.timings,
    };
  }

  /** Looks for every value that was met in all that was written, and in all that is printed: messages and result. */
  private async searchLeaks(result: RehearsalResult): Promise<LeakSearch> {
    return this.steps.step("search for secret values", async (line) => {
      const printed = [...this.steps.printed, JSON.stringify(result)].join("\n");
      const { folder, synthesized, stacks, environment } = this.plan;
      const secrets = stackName(environment, "secrets");
      const open = stacks.includes(secrets) ? await openValues(synthesized, secrets) : undefined;
      const { leaks, ...search } = await searchLeaks(folder, this.known.values, { printed, open });
      line(`${search.files} files searched for ${search.values} values`);
      if (leaks.length > 0) {
        throw new RehearsalError(`secret values were found in ${leaks.join(", ")}`);
      }
      return search;
    });
  }

  private runCommand(command: string, cluster: ControlPlane, line: (text: string) => void): Promise<void> {
    return runCommand(command, {
      folder: this.plan.folder,
      kubeconfig: cluster.kubeconfig,
      cliConfig: this.plan.cliConfig,
      terraform: this.tool("terraform"),
      signal: this.signal,
      line,
    });
  }

  private async destroyAll(cluster: ControlPlane): Promise<readonly string[]> {
    for (const workspace of [...this.runner.workspaces].reverse()) {
      await this.steps.step(`destroy ${workspace.stack}`, () => this.runner.destroy(workspace));
    }
    return this.steps.step("look what is left", () => leftAfterDestroy(cluster));
  }

  private async untilStopped(): Promise<void> {
    while (!this.signal.aborted) {
      await this.group.assertRunning();
      await sleep(1000, undefined, { signal: this.signal }).catch(() => undefined);
    }
    this.signal.throwIfAborted();
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
