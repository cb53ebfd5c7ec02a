import { isKeyShare } from "../operations/vault/unseal";
import { CliError, exitCode } from "./errors";
import { note } from "./output";
import type { HiddenInput } from "./prompt";

/** Wrong answers before the command gives up. */
const attempts = 3;

/**
 * Asks for key shares, one prompt each.
 *
 * @param count how many; undefined to go on until an empty line
 * @throws CliError when the input ends too early, or an answer is wrong for the third time; no share has been used then
 */
export async function askKeyShares(
  input: HiddenInput,
  count: number | undefined,
  what = "key share",
): Promise<readonly string[]> {
  const shares: string[] = [];
  while (count === undefined || shares.length < count) {
    const share = await askShare(input, shares, count, what);
    if (share === undefined) break;
    shares.push(share);
  }
  if (shares.length > 0 && (count === undefined || shares.length === count)) return shares;
  const wanted = count === undefined ? "at least 1" : String(count);
  throw new CliError(
    `${shares.length} of ${wanted} ${what}s were given; give one per line, they are never arguments`,
    exitCode.usage,
  );
}

async function askShare(
  input: HiddenInput,
  given: readonly string[],
  count: number | undefined,
  what: string,
): Promise<string | undefined> {
  const of = count === undefined ? " (empty to end)" : ` of ${count}`;
  for (let attempt = 1; ; attempt++) {
    // No share has spaces, and what is copied often does.
    const answer = (await input.next(`${what} ${given.length + 1}${of}, not shown: `))?.trim();
    if (answer === undefined || (answer === "" && count === undefined)) return undefined;
    const problem = problemOf(answer, given);
    if (problem === undefined) return answer;
    if (attempt === attempts) throw new CliError(`${what} ${given.length + 1} ${problem}`, exitCode.usage);
    note(`${what} ${given.length + 1} ${problem}`);
  }
}

/** Says nothing of the answer itself. */
function problemOf(answer: string, given: readonly string[]): string | undefined {
  if (answer === "") return "is empty";
  if (!isKeyShare(answer)) return "is not a key share; allowed: hexadecimal or base64, as Vault printed it";
  return given.includes(answer) ? "was given already; each share counts once" : undefined;
}
