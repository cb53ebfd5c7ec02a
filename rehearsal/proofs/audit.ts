import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stackName } from "../../stacks/layers";
import { readStack } from "../../stacks/stack-json";
import { RehearsalError } from "../rehearsal-error";
import type { Proof } from "./proof";
import { vaultLayer } from "./readers";

/** An entry of Vault's audit log, as far as it is read. */
interface Entry {
  readonly type: string;
  readonly request?: { readonly path?: string; readonly operation?: string };
}

/** Who wrote which secret is in the audit log; that no value is in it is shown by the search for leaks, which reads the file. */
export const audit: Proof = {
  title: "Vault's audit log tells of each secret that was written",
  async run(context) {
    const { plan, targets } = context;
    const stack = await readStack(plan.synthesized, stackName(plan.environment, "secrets"));
    const device = Object.values(stack.resource?.vault_audit ?? {}).find(({ type, options }) => {
      const path = (options as { readonly file_path?: string } | undefined)?.file_path;
      return type === "file" && path?.startsWith("/");
    });
    if (!device) {
      return undefined;
    }
    const { file_path: path = "" } = device.options as { readonly file_path?: string };
    const text = await readFile(join(targets.vaultRoot, path), "utf8");
    const entries = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Entry);
    const { secrets } = await vaultLayer(context);
    const written = new Set(
      entries
        .filter(({ request }) => ["create", "update"].includes(request?.operation ?? ""))
        .map(({ request }) => request?.path),
    );
    const missing = secrets.filter((secret) => !written.has(secret));
    if (missing.length > 0) {
      throw new RehearsalError(`the audit log does not tell who wrote ${missing.join(", ")}`);
    }
    return `${entries.length} entries, among them the writes of all ${secrets.length} secrets`;
  },
};
