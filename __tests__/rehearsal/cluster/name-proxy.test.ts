import { createServer, request } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { type NameProxy, startNameProxy } from "../../../rehearsal/cluster/name-proxy";

let target: Server;
let proxy: NameProxy;

beforeAll(async () => {
  target = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  proxy = await startNameProxy([{ name: "vault-active.vault.svc:8200", port: (target.address() as AddressInfo).port }]);
});

afterAll(async () => {
  await proxy.stop();
  await new Promise((resolve) => target.close(resolve));
});

function connectTo(name: string): Promise<{ readonly status: number; readonly answer: string }> {
  return new Promise((resolve, reject) => {
    const url = new URL(proxy.url);
    const outgoing = request({ host: url.hostname, port: url.port, method: "CONNECT", path: name, agent: false });
    outgoing.on("error", reject);
    outgoing.on("connect", (response, socket) => {
      let answer = "";
      socket.on("data", (part: Buffer) => {
        answer += part.toString();
      });
      socket.on("close", () => resolve({ status: response.statusCode ?? 0, answer }));
      socket.on("error", reject);
      if (response.statusCode === 200) socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
      else socket.end();
    });
    outgoing.end();
  });
}

describe("name proxy", () => {
  it.each(["vault-active.vault.svc:8200", "vault-active.vault:8200", "vault-active.vault.svc.cluster.local:8200"])(
    "leads %s to the process",
    async (name) => {
      const { status, answer } = await connectTo(name);
      expect(status).toBe(200);
      expect(answer).toContain("hello");
    },
  );

  it.each(["example.com:443", "vault-active.vault.svc:8201", "vault.vault.svc:8200", "127.0.0.1:8200"])(
    "refuses %s and remembers it",
    async (name) => {
      expect((await connectTo(name)).status).toBe(403);
      expect(proxy.refused).toContain(name);
    },
  );

  it("refuses a plain request", async () => {
    const status = await new Promise((resolve) => request(proxy.url, (r) => resolve(r.resume().statusCode)).end());
    expect(status).toBe(403);
  });

  it("takes a route that is added later, and says 502 when nobody listens there", async () => {
    proxy.add({ name: "gone.default.svc:443", port: 1 });
    expect((await connectTo("gone.default.svc:443")).status).toBe(502);
  });
});
