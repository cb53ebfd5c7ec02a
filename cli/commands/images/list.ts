import type { Context, Register } from "../../context";

/** `terralake images list <environment>`, also without the word `list`. */
export const registerImageList: Register = (images, context) => {
  images
    .command("list", { isDefault: true })
    .summary("list every image that the environment runs")
    .description(
      "Renders every release and lists the images that its pods, custom resources and operators name, with the releases " +
        "that name them. A release whose chart is not at hand is named, since its images are missing from the list. Ends " +
        "with 1 when an image has no exact tag or comes from a registry that is refused.",
    )
    .argument("<environment>", "environment to look into")
    .option("--offline", "do not ask upstream for charts")
    .option("--json", "print JSON for machines")
    .action(async (name: string, options: ImageOptions) => {
      const { exitCode } = await import("../../errors");
      const { colors, print, table } = await import("../../output");
      const { images: found, problems, missing } = await imagesOf(name, options, context);
      if (options.json) {
        print(JSON.stringify({ environment: name, images: found, problems, notRendered: missing }, null, 2));
      } else {
        print(
          await table(
            ["image", "named by"],
            found.map(({ reference, releases }) => [reference, releases.join(", ")]),
          ),
        );
        print(`${found.length} images`);
        for (const { given, allowed, next } of problems) print(`${colors.red(given)}: allowed: ${allowed}; ${next}`);
        if (missing.length > 0) {
          print(colors.yellow(`not rendered, so their images are not listed: ${missing.join(", ")}`));
        }
      }
      if (problems.length > 0) process.exitCode = exitCode.failed;
    });
};

/** Options of commands that list images. */
export interface ImageOptions {
  readonly json?: true;
  readonly offline?: true;
}

/** The images of an environment, what is wrong with them, and the releases whose images are not known. */
export async function imagesOf(name: string, { offline }: ImageOptions, context: Context) {
  const { checkImages, Ledger, listImages, renderSubject } = await import("../../../verification");
  const { chooseEnvironment } = await import("../../environment-choice");
  const { renderTools, subjectOf } = await import("../../rendering");
  const { withSynthesis } = await import("../../synthesis");
  const environment = await chooseEnvironment(name);
  const { signal } = context.cancellation;
  return withSynthesis({ environments: [name], signal, debug: context.debug() }, async (stacks) => {
    const tools = await renderTools(offline ?? false, context);
    const releases = await renderSubject(await subjectOf(environment, stacks), tools);
    const ledger = new Ledger();
    checkImages(releases, ledger);
    return {
      environment,
      images: listImages(releases),
      charts: new Set(releases.map(({ installation }) => installation.chart)),
      problems: ledger.findings,
      missing: releases.filter(({ by }) => by === "no").map(({ installation }) => installation.id),
    };
  });
}
