import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../../rehearsal/paths";

/** Runs a program in the project and returns what it printed. */
async function run(command: string, args: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(command, args, {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      text += part.toString();
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text };
}

describe("the cdktf command line", () => {
  it("npx cdktf synth writes every stack", async () => {
    const outdir = await mkdtemp(join(tmpdir(), "terralake-cdktf-"));
    try {
      const { code, text } = await run("npx", ["cdktf", "synth", "--output", outdir]);
      expect({ code, text }).toMatchObject({ code: 0 });
      const stacks = await readdir(join(outdir, "stacks"));
      expect(stacks).toEqual(expect.arrayContaining(["kind-base", "kind-services", "gke-prod-cluster"]));
    } finally {
      await rm(outdir, { recursive: true, force: true });
    }
  });

  // The rehearsal's copy of the stacks is taken, since it names the providers and charts that are there.
  const stacks = '--skip-synth --output "$TERRALAKE_REHEARSAL"';

  it("npx cdktf diff kind-base finds nothing to change, npx cdktf deploy 'kind-*' goes through the stacks in order", async () => {
    const diff = `npx cdktf diff kind-base ${stacks} --skip-provider-lock`;
    const deploy = `npx cdktf deploy 'kind-*' ${stacks} --auto-approve`;
    const { code, text } = await run("./terralake", [
      "rehearse",
      "kind",
      "--skip",
      "switch-off",
      "--exec",
      `${diff} && ${deploy}`,
    ]);
    expect({ code, text }).toMatchObject({ code: 0 });
    const unchanged = [...text.matchAll(/^\s*(kind-\w+)\s+No changes\./gm)].map(([, stack]) => stack);
    expect(unchanged).toEqual([
      "kind-base", // the diff
      ...["kind-base", "kind-vault", "kind-secrets", "kind-gitops", "kind-services"],
    ]);
  });
});
