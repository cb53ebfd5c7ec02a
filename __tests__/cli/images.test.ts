import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imagesInput } from "../../environments/schema/sources";
import { terralake } from "./command-line";

const folder = mkdtempSync(join(tmpdir(), "terralake-images-"));
const digest = `sha256:${"0a".repeat(32)}`;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Variables with a PATH that holds one engine of shell lines, and an empty folder for temporary files. */
function having(engine: string, push: string) {
  const path = join(folder, engine);
  const temporary = join(folder, `${engine}-temporary`);
  mkdirSync(path, { recursive: true });
  mkdirSync(temporary, { recursive: true });
  writeFileSync(join(path, engine), `#!/bin/sh\n[ "$1" = push ] || exit 0\n${push}\n`);
  chmodSync(join(path, engine), 0o755);
  return { PATH: path, HOME: folder, TMPDIR: temporary };
}

/** The lines that are no addresses, as an object of `images.digests`. */
function digestsIn(stdout: string): Readonly<Record<string, string>> {
  const lines = stdout.split("\n").filter((line) => line.startsWith('"'));
  const digests = JSON.parse(`{${lines.join("\n").replace(/,$/, "")}}`) as Readonly<Record<string, string>>;
  return imagesInput.parse({ digests }).digests ?? {};
}

describe("terralake images push", () => {
  test.each([
    [
      "docker",
      `echo "The push refers to repository"; echo "5f70bf18a086: Pushed"; echo "1-1: digest: ${digest} size: 2415"`,
    ],
    ["podman", `[ "$2" = --digestfile ] || exit 3; printf '${digest}' > "$3"; echo "Copying blob sha256:ffff"`],
  ])("prints addresses, then digests as the environment takes them (%s)", async (engine, push) => {
    const env = having(engine, push);
    const { code, stdout, stderr } = await terralake(["images", "push", "gke-dev"], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("error") });
    const addresses = stdout.split("\n").filter((line) => line.includes("-docker.pkg.dev/"));
    expect(addresses.length).toBeGreaterThan(0);
    const names = addresses.map((address) => address.slice(address.lastIndexOf("/") + 1));
    expect(digestsIn(stdout)).toEqual(Object.fromEntries(names.map((name) => [name, digest])));
    expect(readdirSync(env.TMPDIR).filter((name) => name.startsWith("terralake-push-"))).toEqual([]);
  });

  test("fails with the engine's words when the registry refuses", async () => {
    const { code, stdout, stderr } = await terralake(
      ["images", "push", "gke-dev", "--engine", "docker"],
      having("docker", "echo 'denied: no permission' >&2; exit 1"),
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("denied: no permission");
  });
});
