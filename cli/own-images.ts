import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { images } from "../charts";
import { type Environment, minikubeRegistry } from "../environments/schema";
import {
  buildArguments,
  engines,
  type ImageEngine,
  pushArguments,
  pushedDigest,
} from "../operations/images/engine-commands";
import { type OwnImage, ownImages } from "../operations/images/own-images";
import { projectRoot } from "../rehearsal/paths";
import { CliError, exitCode } from "./errors";
import { onPath, runTool } from "./processes";
import type { Task } from "./progress";
import type { SynthesizedStack } from "./synthesis";

const folder = join(projectRoot, "images");

/** The images of this project that an environment's stacks name, each after those that it is made from. */
export async function ownImagesOf(
  environment: Environment,
  stacks: readonly SynthesizedStack[],
): Promise<readonly OwnImage[]> {
  const texts = await Promise.all(stacks.map(({ file }) => readFile(file, "utf8")));
  return ownImages(texts, Object.values(images), environment.images.own, folder);
}

/** One command of an engine, or of minikube. */
export interface EngineCommand {
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** The command that builds an image. */
export function buildCommand(engine: ImageEngine, image: OwnImage): EngineCommand {
  return { title: `build ${image.reference}`, program: engine, args: buildArguments(image, folder) };
}

/** The command that brings an image to where the nodes find it: minikube's own store, else the registry. */
export function pushCommand(
  engine: ImageEngine,
  image: OwnImage,
  { target, images: { own } }: Environment,
  digestFile?: string,
): EngineCommand {
  const { reference } = image;
  // Without a registry of the user's the nodes are given the image themselves.
  return target.kind === "minikube" && target.registry === undefined && own === minikubeRegistry
    ? {
        title: `load ${reference}`,
        program: "minikube",
        args: ["--profile", target.profile, "image", "load", reference],
      }
    : { title: `push ${reference}`, program: engine, args: pushArguments(engine, image, digestFile) };
}

/** The command as a task of a longer run. */
export function engineTask(command: EngineCommand, signal: AbortSignal): Task {
  return { title: command.title, run: (report) => runTool(command.program, command.args, { report, signal }) };
}

/** How an image is pushed, and where its digest goes. */
export interface PushOptions {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Gets the digest under which the registry keeps the image, by `<name>:<tag>`; nothing where no registry is. */
  readonly digests: Map<string, string>;
}

/** Pushes an image as a task of a longer run. */
export function pushTask(engine: ImageEngine, image: OwnImage, { environment, signal, digests }: PushOptions): Task {
  const { title } = pushCommand(engine, image, environment);
  return {
    title,
    async run(report) {
      const place = await mkdtemp(join(tmpdir(), "terralake-push-"));
      const file = join(place, "digest");
      const keep = (text: string) => {
        const digest = pushedDigest(text);
        if (digest !== undefined) digests.set(image.reference.slice(image.reference.lastIndexOf("/") + 1), digest);
      };
      try {
        const { program, args } = pushCommand(engine, image, environment, file);
        const told = (line: string) => {
          keep(line);
          report(line);
        };
        await runTool(program, args, { report: told, signal });
        keep(await readFile(file, "utf8").catch(() => ""));
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    },
  };
}

/**
 * The engine that was asked for, else the first one on PATH.
 *
 * @param mayBeAbsent whether it only has to be named, as for a dry run
 * @throws CliError for a name that is none, and where no engine is
 */
export function chooseEngine(asked: string | undefined, mayBeAbsent: boolean): ImageEngine {
  const named = engines.find((engine) => engine === asked);
  if (asked !== undefined && named === undefined) {
    throw new CliError(`--engine: "${asked}"; allowed: ${engines.join(", ")}; choose one of them`, exitCode.usage);
  }
  const found = named ?? engines.find((engine) => onPath(engine) !== undefined);
  if (found !== undefined && (mayBeAbsent || onPath(found) !== undefined)) return found;
  if (mayBeAbsent) return engines[0];
  throw new CliError(
    `${asked ?? engines.join(", ")}: not on PATH; install one of ${engines.join(", ")}, or print the commands with --dry-run`,
  );
}
