import { createHash } from "node:crypto";

/**
 * Annotation of a pod template: the reloader restarts the workload when one of these Secrets changes.
 *
 * @see https://github.com/stakater/Reloader
 */
export function restartOnChange(...secrets: readonly { readonly name: string }[]): { readonly [key: string]: string } {
  return { "secret.reloader.stakater.com/reload": secrets.map(({ name }) => name).join(",") };
}

/** Annotation of pods that read a ConfigMap: another content makes other pods. */
export function readsConfig(content: string): { readonly [annotation: string]: string } {
  return { "terralake.dev/config": createHash("sha256").update(content).digest("hex").slice(0, 16) };
}
