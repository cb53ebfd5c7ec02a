import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ToolSpec } from "../../../rehearsal/tools/registry";

const scratchFolders: string[] = [];

afterAll(() => {
  for (const folder of scratchFolders) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder of its own for one test, removed after the tests of its file. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "terralake-test-")));
  scratchFolders.push(folder);
  return folder;
}

/** Text of a program that prints a version of the tool "etcd". */
export function program(version: string): string {
  return `#!/bin/sh\necho "etcd Version: ${version}"\n`;
}

export function writeProgram(path: string, version: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, program(version));
  chmodSync(path, 0o755);
  return path;
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A tool with the given ways to get it, and none of the real ones. */
export function fixtureSpec(changes: Partial<ToolSpec> = {}): ToolSpec {
  return {
    name: "etcd",
    version: "3.6.16",
    accepts: ["3.6.0", "3.7.0"],
    variable: "TERRALAKE_ETCD",
    check: { by: "output", args: ["--version"], pattern: /etcd Version: (\S+)/ },
    ...changes,
  };
}

/** A web server on loopback; `hits` lists the paths that were asked for. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly base: string; readonly hits: string[]; readonly close: () => Promise<void> }> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A test that fails before it closes the server would else keep jest waiting.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    hits,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A server of fixed files; every other path is not found. */
export function serveFiles(files: Readonly<Record<string, string | Buffer>>) {
  return serve((request, response) => {
    const file = files[request.url ?? ""];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
}
