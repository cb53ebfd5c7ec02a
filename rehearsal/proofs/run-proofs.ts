import type { ShownProof } from "../result";
import type { Proof, ProofContext } from "./proof";

/** Runs one step of a rehearsal and shows it under its title. */
export type ShowStep = <Result>(
  title: string,
  run: (line: (text: string) => void) => Promise<Result>,
) => Promise<Result>;

/**
 * Runs proofs one after another, each as a step of its own.
 *
 * @returns those that the environment has something for
 */
export async function runProofs(
  proofs: readonly Proof[],
  context: ProofContext,
  step: ShowStep,
): Promise<readonly ShownProof[]> {
  const shown: ShownProof[] = [];
  for (const proof of proofs) {
    const finding = await step(`prove: ${proof.title}`, async (line) => {
      const found = await proof.run(context);
      line(found ?? "nothing to prove here");
      return found;
    });
    if (finding !== undefined) {
      shown.push({ title: proof.title, finding });
    }
  }
  return shown;
}
