import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { connect } from "../../cli/clusters/connection";
import { findCluster, hiddenFromTerraform } from "../../cli/clusters/kubeconfig";
import { localFolder } from "../../cli/project";
import { environments } from "../../environments";
import type { Environment } from "../../environments/schema";
import { CertificateAuthority } from "../../rehearsal/cluster/certificates";
import { hasStackTrace, terralake } from "./command-line";

const folder = mkdtempSync(join(tmpdir(), "terralake-connect-"));
const never = new AbortController().signal;
const answer = { status: 200, body: JSON.stringify({ gitVersion: "v1.35.4" }) };
let authority: CertificateAuthority;
let server: Server;
let url: string;

beforeAll(async () => {
  authority = await CertificateAuthority.create("test");
  const { certificate, key } = await authority.issue({ commonName: "api", ipAddresses: ["127.0.0.1"] });
  server = createServer({ cert: certificate, key }, (_request, response) => {
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(() => {
  Object.assign(answer, { status: 200, body: JSON.stringify({ gitVersion: "v1.35.4" }) });
});

interface Wanted {
  readonly context?: string;
  readonly server?: string;
  /** PEM; null leaves it out. */
  readonly ca?: string | null;
}

/** Writes a kubeconfig with one context and returns its path. */
function kubeconfig(name: string, wanted: Wanted = {}): string {
  const ca = wanted.ca === undefined ? authority.certificate : wanted.ca;
  const context = wanted.context ?? "kind-kind";
  const file = join(folder, name);
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: `${context}-cluster`,
          cluster: {
            server: wanted.server ?? url,
            ...(ca === null ? {} : { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
          },
        },
      ],
      contexts: [{ name: context, context: { cluster: `${context}-cluster`, user: "nobody" } }],
      users: [{ name: "nobody", user: {} }],
    }),
  );
  return file;
}

function kindEnvironment(name: string): Environment {
  const kind = environments.find((environment) => environment.name === "kind");
  if (!kind) throw new Error("there is no environment kind");
  return { ...kind, name };
}

async function connectWith(file: string, environment = kindEnvironment("test-connect")) {
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = file;
  try {
    return await connect(environment, never);
  } finally {
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
  }
}

describe("connect", () => {
  test("writes the CA for this user only, and the address of the API server", async () => {
    const name = `test-connect-${process.pid}`;
    try {
      const connection = await connectWith(kubeconfig("good"), kindEnvironment(name));
      expect(connection).toMatchObject({
        context: "kind-kind",
        server: url,
        version: "v1.35.4",
        files: [`.terralake/${name}/ca.crt`, `.terralake/${name}/endpoint`],
      });
      expect(connection.hidden).toContain("Terraform reads");
      const ca = join(localFolder(name), "ca.crt");
      expect(readFileSync(ca, "utf8").trim()).toBe(authority.certificate.trim());
      expect(statSync(ca).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(localFolder(name), "endpoint"), "utf8")).toBe(`${url}\n`);
    } finally {
      rmSync(localFolder(name), { recursive: true, force: true });
    }
  });

  test("knows whether Terraform's kubeconfig has the context, at the same address", async () => {
    const file = kubeconfig("terraform");
    expect(await hiddenFromTerraform("kind-kind", url, file)).toBeUndefined();
    expect(await hiddenFromTerraform("kind-other", url, file)).toMatch(/does not have it; merge /);
    expect(await hiddenFromTerraform("kind-kind", "https://127.0.0.1:1", file)).toContain(`has it at ${url}`);
    expect(await hiddenFromTerraform("kind-kind", url, join(folder, "absent"))).toMatch(/does not have it/);
  });

  test("takes a refusal of anonymous requests as an answer", async () => {
    Object.assign(answer, { status: 401, body: "{}" });
    const name = `test-refused-${process.pid}`;
    try {
      expect((await connectWith(kubeconfig("refused"), kindEnvironment(name))).version).toBeUndefined();
    } finally {
      rmSync(localFolder(name), { recursive: true, force: true });
    }
  });

  test("refuses a server that is no API server", async () => {
    Object.assign(answer, { status: 404, body: "not here" });
    await expect(connectWith(kubeconfig("other"))).rejects.toThrow(/answers 404 and is no Kubernetes API server/);
  });

  test("refuses a server whose certificate another CA signed", async () => {
    const other = await CertificateAuthority.create("other");
    await expect(connectWith(kubeconfig("foreign", { ca: other.certificate }))).rejects.toThrow(
      /does not fit the kubeconfig's CA .*export its kubeconfig again/,
    );
  });

  test("refuses a cluster without CA", async () => {
    await expect(connectWith(kubeconfig("bare", { ca: null }))).rejects.toThrow(/has no certificate authority/);
  });

  test("refuses an address without TLS", async () => {
    await expect(connectWith(kubeconfig("plain", { server: "http://127.0.0.1:1" }))).rejects.toThrow(/https:\/\/ only/);
  });

  test("finds the context in any file of KUBECONFIG, and the first one wins", async () => {
    const files = [
      kubeconfig("a", { context: "other" }),
      kubeconfig("b"),
      kubeconfig("c", { server: "https://late:1" }),
    ];
    const before = process.env.KUBECONFIG;
    process.env.KUBECONFIG = [join(folder, "missing"), ...files].join(delimiter);
    try {
      expect((await findCluster("kind-kind", "-")).server).toBe(url);
    } finally {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
    }
  });

  test("says which file it cannot read", async () => {
    const file = join(folder, "broken");
    writeFileSync(file, "{ not: [yaml");
    await expect(connectWith(file)).rejects.toThrow(`kubeconfig ${file} cannot be read`);
  });
});

describe("terralake connect", () => {
  test("names the contexts that are there and what makes the missing one", async () => {
    const file = kubeconfig("elsewhere", { context: "work" });
    const { code, stdout, stderr } = await terralake(["connect", "kind"], { KUBECONFIG: file });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      `error: context "kind-kind" is not in ${file}; contexts there: work; next: terralake up kind, or kind create cluster --name kind\n`,
    );
  });

  test("ends with a clear message when nobody answers", async () => {
    const file = kubeconfig("dead", { server: "https://127.0.0.1:1" });
    const { code, stderr } = await terralake(["connect", "kind"], { KUBECONFIG: file });
    expect(code).toBe(1);
    expect(stderr).toBe(
      "error: the API server at https://127.0.0.1:1 does not answer (ECONNREFUSED); start the cluster, or check the kubeconfig's server\n",
    );
    expect(hasStackTrace(stderr)).toBe(false);
  });

  test("says where it looked when there is no kubeconfig", async () => {
    const { code, stderr } = await terralake(["connect", "minikube"], { HOME: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(`no kubeconfig at ${folder}/.kube/config; set KUBECONFIG`);
    expect(stderr).toContain("terralake up minikube");
  });

  test("writes nothing for GKE and says why", async () => {
    const { code, stdout } = await terralake(["connect", "gke-dev"], { HOME: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/nothing to write for gke-dev: .*DNS endpoint/);
  });
});
