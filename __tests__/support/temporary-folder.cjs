const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** Gives all tests of a run one temporary folder, which goes with the run whatever they leave in it. */
module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), "terralake-run-"));
  process.env.TMPDIR = folder;
  globalThis.removeTemporaryFolder = () => rmSync(folder, { recursive: true, force: true });
};
