import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { RehearsalError } from "../rehearsal-error";

/** What a server shows and what its client trusts, PEM. */
export interface HandshakeOptions {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
  /** Names by which clients call the server. */
  readonly names: readonly string[];
}

/**
 * A server with the certificate, and a client for each name that trusts the authority and nothing else.
 *
 * @throws RehearsalError where a client does not trust the server
 */
export async function handshake({ certificate, key, authority, names }: HandshakeOptions): Promise<void> {
  const server = createServer({ cert: certificate, key }, (socket) => socket.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    for (const servername of names) {
      const socket = connect({ host: "127.0.0.1", port, servername, ca: authority });
      await once(socket, "secureConnect").catch((error: unknown) => {
        throw new RehearsalError(`${servername} is not trusted: ${error instanceof Error ? error.message : error}`);
      });
      socket.destroy();
    }
  } finally {
    server.close();
  }
}
