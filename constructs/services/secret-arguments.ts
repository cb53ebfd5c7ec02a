/**
 * A shell function `with_files` that runs a Python program's own command line in a process to which the secrets are not told as
 * arguments, where everybody on the node could read them: each argument `@<path>` becomes the text of that file inside it.
 *
 * @param program name of the program, as its package installs it
 */
export function withFiles(program: string): string {
  return `with_files() {
  python - "$@" <<'END'
import sys
from importlib.metadata import entry_points
from pathlib import Path


def argument(text):
    return Path(text[1:]).read_text().rstrip("\\n") if text.startswith("@/") else text


sys.argv = ["${program}", *map(argument, sys.argv[1:])]
command = next(iter(entry_points(group="console_scripts", name="${program}"))).load()
sys.exit(command())
END
}`;
}

/** How long a job waits until a file has followed its Secret, in seconds: the kubelet takes a minute or two. */
const patience = 300;

/** Lines of a shell script that wait for a file with a text, and fail when it does not come. */
export function untilFileSays(path: string, text: string): string {
  return [
    `until [ "$(cat ${path})" = "${text}" ]; do`,
    `  if [ "$SECONDS" -ge ${patience} ]; then`,
    `    echo "after ${patience} seconds ${path} is still not of ${text}: see the ExternalSecret of the Secret" >&2`,
    "    exit 1",
    "  fi",
    "  sleep 2",
    "done",
  ].join("\n");
}
