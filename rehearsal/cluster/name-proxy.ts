import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** Where a name of the cluster leads on this machine. */
export interface NameRoute {
  /** Name and port as clients inside the cluster write it, for example "vault-active.vault.svc:8200". */
  readonly name: string;
  /** Port on loopback. */
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly host?: string;
}

/** A running proxy. */
export interface NameProxy {
  /** Value of HTTPS_PROXY for a client, for example http://127.0.0.1:41234 */
  readonly url: string;
  /** Names that were asked for and refused, each once. */
  readonly refused: readonly string[];
  add(route: NameRoute): void;
  /** Where a name leads; undefined for one that is not known. */
  find(name: string): NameRoute | undefined;
  stop(): Promise<void>;
}

/** Without the suffixes that a cluster's resolver adds by itself: `x.ns.svc.cluster.local`, `x.ns.svc` and `x.ns` are the same. */
function shortName(name: string): string {
  return name.toLowerCase().replace(/(\.svc)?(\.cluster\.local)?\.?(?=:\d+$)/, "");
}

/**
 * An HTTP CONNECT proxy that knows the names of cluster services and nothing else, so that real programs reach each other by
 * the names in their configuration without a resolver. Everything else is answered with 403.
 */
export async function startNameProxy(routes: readonly NameRoute[] = []): Promise<NameProxy> {
  const known = new Map(routes.map((route) => [shortName(route.name), route]));
  const refused = new Set<string>();
  const sockets = new Set<Socket>();
  const server: Server = createServer((_request, response) => {
    response.writeHead(403).end("this proxy takes CONNECT only\n");
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, client, head) => {
    const name = request.url ?? "";
    const route = known.get(shortName(name));
    if (!route) {
      refused.add(name);
      client.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    let connected = false;
    const upstream = connect({ host: route.host ?? "127.0.0.1", port: route.port }, () => {
      connected = true;
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client);
      client.pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () =>
      connected ? client.destroy() : client.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"),
    );
    upstream.on("close", () => sockets.delete(upstream));
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get refused() {
      return [...refused];
    },
    add: (route) => {
      known.set(shortName(route.name), route);
    },
    find: (name) => known.get(shortName(name)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
