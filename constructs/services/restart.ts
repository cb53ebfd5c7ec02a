/**
 * Annotation of a pod template: the reloader restarts the workload when one of these Secrets changes.
 *
 * @see https://github.com/stakater/Reloader
 */
export function restartOnChange(...secrets: readonly { readonly name: string }[]): { readonly [key: string]: string } {
  return { "secret.reloader.stakater.com/reload": secrets.map(({ name }) => name).join(",") };
}
