import type { Register } from "../context";
import { registerImageList } from "./images/list";
import { registerBuild, registerPush } from "./images/own";

/** `terralake images ...`: what an environment runs, and the images that the project builds itself. */
export const registerImages: Register = (program, context) => {
  const images = program
    .command("images")
    .summary("list what an environment runs, build and push what upstream does not publish")
    .description(
      "Lists every image of an environment. Images that upstream does not publish (Spark with Iceberg, Kyuubi, Hive's metastore with drivers, Superset with " +
        "drivers, dbt, notebooks) are built from images/<name>/Containerfile with docker, podman or buildah into the " +
        "environment's own registry. Only those that the environment names are built, each after those that it is made from.",
    )
    .helpCommand(false)
    .addHelpText(
      "after",
      "\nExamples:\n  terralake images kind\n  terralake images build kind --dry-run\n  terralake images push kind\n  terralake images build gke-dev --engine podman",
    );
  for (const register of [registerImageList, registerBuild, registerPush]) register(images, context);
};
