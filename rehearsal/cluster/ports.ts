import { createServer } from "node:net";
import { ClusterError } from "./cluster-error";

/** A port and what needs it. */
export interface NeededPort {
  readonly port: number;
  /** Process that will listen, for the message. */
  readonly by: string;
}

/** @throws ClusterError that lists every port which somebody else uses already */
export async function assertPortsFree(ports: readonly NeededPort[], host = "127.0.0.1"): Promise<void> {
  const taken: string[] = [];
  for (const { port, by } of ports) {
    if (!(await isFree(port, host))) taken.push(`${port} (needed by ${by})`);
  }
  if (taken.length === 0) return;
  const noun = taken.length === 1 ? "port is" : "ports are";
  throw new ClusterError(
    `${noun} in use: ${taken.join(", ")}; stop what listens there, a rehearsal may be running already`,
  );
}

/** A port that nobody uses at this moment. */
export function freePort(host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
