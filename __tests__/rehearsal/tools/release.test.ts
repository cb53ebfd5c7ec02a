import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { acquireTools } from "../../../rehearsal/tools";
import type { Release } from "../../../rehearsal/tools/registry";
import { checksumOf } from "../../../rehearsal/tools/release";
import { fixtureSpec, program, scratch, serve, serveFiles, sha256, writeProgram } from "./fixture";

const plain: Release = {
  url: () => "https://example.com/v3/etcd",
  checksum: () => "https://example.com/v3/etcd.sha256",
  archive: "none",
  member: () => "etcd",
};

function acquire(cacheDir: string, releaseBase: string, release: Release = plain) {
  const spec = () => fixtureSpec({ release });
  return acquireTools(["etcd"], { environment: { PATH: "" }, cacheDir, releaseBase, spec });
}

function leftovers(cacheDir: string): readonly string[] {
  return existsSync(join(cacheDir, "unfinished")) ? readdirSync(join(cacheDir, "unfinished")) : [];
}

/** A ZIP file with one deflated member; the checks that a reader skips are zero. */
function zip(name: string, content: string): Buffer {
  const data = deflateRawSync(content);
  const local = Buffer.alloc(30 + name.length);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  local.write(name, 30);
  const entry = Buffer.alloc(46 + name.length);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(data.length, 20);
  entry.writeUInt16LE(name.length, 28);
  entry.write(name, 46);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length + data.length, 16);
  return Buffer.concat([local, data, entry, end]);
}

describe("official releases", () => {
  test("are taken when the published checksum fits, and come from the cache afterwards", async () => {
    const cacheDir = scratch();
    const body = program("3.6.16");
    const server = await serveFiles({ "/v3/etcd": body, "/v3/etcd.sha256": sha256(body) });
    const first = await acquire(cacheDir, server.base);
    const second = await acquire(cacheDir, server.base);
    await server.close();
    expect(first.get("etcd")).toMatchObject({ version: "3.6.16", source: "release" });
    expect(second.get("etcd")).toMatchObject({ path: first.get("etcd")?.path, source: "cache" });
    expect(server.hits).toHaveLength(2);
    expect(leftovers(cacheDir)).toEqual([]);
  });

  test("are unpacked from ZIP files", async () => {
    const archive = zip("etcd", program("3.6.16"));
    const server = await serveFiles({
      "/v3/etcd_3.zip": archive,
      "/v3/SUMS": `${"0".repeat(64)}  other.zip\n${sha256(archive)}  etcd_3.zip\n`,
    });
    const release = {
      ...plain,
      url: () => "https://example.com/v3/etcd_3.zip",
      checksum: () => "https://example.com/v3/SUMS",
      archive: "zip",
    } as const;
    const found = await acquire(scratch(), server.base, release);
    await server.close();
    expect(readFileSync(found.get("etcd")?.path ?? "", "utf8")).toBe(program("3.6.16"));
  });

  test("are unpacked from tar.gz files", async () => {
    const folder = scratch();
    writeProgram(join(folder, "linux-amd64", "etcd"), "3.6.16");
    execFileSync("tar", ["-czf", join(folder, "a.tar.gz"), "-C", folder, "linux-amd64/etcd"]);
    const archive = readFileSync(join(folder, "a.tar.gz"));
    const server = await serveFiles({ "/v3/a.tar.gz": archive, "/v3/sum": `${sha256(archive)}  a.tar.gz` });
    const release = {
      url: () => "https://example.com/v3/a.tar.gz",
      checksum: () => "https://example.com/v3/sum",
      archive: "tar.gz",
      member: () => "linux-amd64/etcd",
    } as const;
    const found = await acquire(scratch(), server.base, release);
    await server.close();
    expect(found.get("etcd")?.source).toBe("release");
  });

  test("are refused when the checksum does not fit, and nothing is kept", async () => {
    const cacheDir = scratch();
    const wanted = "a".repeat(64);
    const server = await serveFiles({ "/v3/etcd": program("3.6.16"), "/v3/etcd.sha256": wanted });
    await expect(acquire(cacheDir, server.base)).rejects.toThrow(
      `etcd 3.6.16 from https://example.com/v3/etcd has the checksum ${sha256(program("3.6.16"))}, published is ${wanted}; nothing was kept`,
    );
    await server.close();
    expect(existsSync(join(cacheDir, "tools"))).toBe(false);
    expect(leftovers(cacheDir)).toEqual([]);
  });

  test("that are not there are a reason in the error", async () => {
    const server = await serveFiles({});
    await expect(acquire(scratch(), server.base)).rejects.toThrow(
      `etcd 3.6.16 is missing: ${server.base}/v3/etcd.sha256 answers 404; set TERRALAKE_ETCD`,
    );
    await server.close();
  });

  test("that break off in the middle leave nothing behind", async () => {
    const cacheDir = scratch();
    const body = program("3.6.16");
    const server = await serve((request, response) => {
      if (request.url?.endsWith(".sha256")) {
        response.end(sha256(body));
      } else {
        response.writeHead(200, { "content-length": body.length });
        response.write(body.slice(0, 10), () => response.destroy());
      }
    });
    await expect(acquire(cacheDir, server.base)).rejects.toThrow("stopped in the middle");
    await server.close();
    expect(existsSync(join(cacheDir, "tools"))).toBe(false);
    expect(leftovers(cacheDir)).toEqual([]);
  });

  test("of a host that refuses connections are asked for once in a run", async () => {
    const server = await serve((_request, response) => response.destroy());
    const base = server.base;
    const spec = (name: string) => fixtureSpec({ release: plain, variable: `TERRALAKE_${name}` });
    const options = { environment: { PATH: "" }, cacheDir: scratch(), releaseBase: base, spec };
    await expect(acquireTools(["etcd", "vault", "helm"], options)).rejects.toThrow("is not reachable");
    await server.close();
    expect(server.hits).toHaveLength(1);
  });

  test("whose checksum file names other files only are not taken", async () => {
    const server = await serveFiles({ "/v3/etcd": "x", "/v3/etcd.sha256": `${"1".repeat(64)}  other` });
    await expect(acquire(scratch(), server.base)).rejects.toThrow("no checksum is known");
    await server.close();
  });
});

test("checksum files are read in both forms", () => {
  const sum = "b".repeat(64);
  expect(checksumOf(`${sum}\n`, "kubelet")).toBe(sum);
  expect(checksumOf(`${sum} *vault.zip`, "vault.zip")).toBe(sum);
  expect(checksumOf(`${sum}  vault.zip.sig`, "vault.zip")).toBeUndefined();
  expect(checksumOf("<html>not found</html>", "vault.zip")).toBeUndefined();
});
