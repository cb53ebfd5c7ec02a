import { tsImport } from "tsx/esm/api";

/** Jest runs it outside of its own module system, which the packages it needs do not load in. */
export default async function setup() {
  const { findProvider } = await tsImport("./find-provider.ts", import.meta.url);
  await findProvider();
}
