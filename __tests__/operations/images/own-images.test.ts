import { join } from "node:path";
import { images } from "../../../charts";
import {
  buildArguments,
  type ImageEngine,
  pushArguments,
  pushedDigest,
} from "../../../operations/images/engine-commands";
import { ownImages } from "../../../operations/images/own-images";

const folder = join(__dirname, "../../../images");
const registry = "localhost:5001";
const pins = Object.values(images);
const at = (reference: string) => `${registry}/${reference}`;

describe("images of this project", () => {
  test("are those that the stacks name in the environment's registry, each after what it is made from", async () => {
    const texts = [
      `{"image":"${at(images.kyuubi)}"}`,
      `{"repository":"${at(images.superset).replace(/:[^:]*$/, "")}","tag":"6"} "docker.io/terralake/dbt:1"`,
    ];
    const found = await ownImages(texts, pins, registry, folder);
    expect(found.map(({ reference }) => reference)).toEqual([
      at(images.sparkIceberg),
      at(images.kyuubi),
      at(images.superset),
    ]);
  });

  test("of another registry are left alone", async () => {
    expect(await ownImages([`"${at(images.superset)}"`], pins, "localhost:5000", folder)).toEqual([]);
  });

  test("are built with the address of the image below them", async () => {
    const [spark, kyuubi] = await ownImages([at(images.kyuubi)], pins, registry, folder);
    expect(kyuubi && buildArguments(kyuubi, folder)).toEqual([
      "build",
      "--file",
      join(folder, "kyuubi/Containerfile"),
      "--tag",
      at(images.kyuubi),
      "--build-arg",
      `SPARK_IMAGE=${spark?.reference}`,
      join(folder, "kyuubi"),
    ]);
  });

  test("are pushed without TLS to this machine only", async () => {
    const [local] = await ownImages([at(images.superset)], pins, registry, folder);
    const [remote] = await ownImages([`eu.example.com/${images.superset}`], pins, "eu.example.com", folder);
    expect(local && pushArguments("podman", local)).toEqual(["push", "--tls-verify=false", at(images.superset)]);
    expect(local && pushArguments("docker", local)).toEqual(["push", at(images.superset)]);
    expect(remote && pushArguments("buildah", remote)).toEqual(["push", `eu.example.com/${images.superset}`]);
  });

  test("are pushed so that the engine tells their digests", async () => {
    const [local] = await ownImages([at(images.superset)], pins, registry, folder);
    const push = (engine: ImageEngine) => local && pushArguments(engine, local, "/tmp/digest").slice(0, -1);
    expect(push("podman")).toEqual(["push", "--tls-verify=false", "--digestfile", "/tmp/digest"]);
    expect(push("buildah")).toEqual(["push", "--tls-verify=false", "--digestfile", "/tmp/digest"]);
    // Docker has no such option.
    expect(push("docker")).toEqual(["push"]);
  });

  test("have the digest of the push, not that of a layer or of the image's settings", () => {
    const digest = `sha256:${"0a".repeat(32)}`;
    expect(pushedDigest(`6.0.0-1: digest: ${digest} size: 2415`)).toBe(digest);
    expect(pushedDigest(`${digest}\n`)).toBe(digest);
    expect(pushedDigest(`Copying blob ${digest}`)).toBeUndefined();
    expect(pushedDigest("5f70bf18a086: Pushed")).toBeUndefined();
    expect(pushedDigest("")).toBeUndefined();
  });
});
