import { CliError } from "../errors";
import { onPath, run } from "../processes";

/** Variable by which Terraform takes a token, too. */
const tokenVariable = "GOOGLE_OAUTH_ACCESS_TOKEN";

/**
 * A token of whoever runs the command: the one in `GOOGLE_OAUTH_ACCESS_TOKEN`, else of the application default
 * credentials, which Terraform uses as well.
 *
 * @throws CliError that says how to log in
 */
export async function googleToken(environment: string, signal: AbortSignal): Promise<string> {
  const given = process.env[tokenVariable];
  if (given) return given;
  if (!onPath("gcloud")) {
    throw new CliError(
      `gcloud is missing: https://cloud.google.com/sdk/docs/install; terralake doctor ${environment} shows what else is needed`,
    );
  }
  const args = ["auth", "application-default", "print-access-token", "--quiet"];
  const result = await run("gcloud", args, { signal, timeoutMs: 60_000, graceMs: 1000 });
  const token = result.stdout.trim();
  if (result.code === 0 && token !== "") return token;
  throw new CliError(
    "there are no application default credentials, by which Terraform acts as you; log in with " +
      "gcloud auth application-default login, then run again",
    1,
    undefined,
    result.all,
  );
}
