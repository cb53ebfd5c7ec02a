const unit = require("./jest.config.cjs");

/**
 * Tests that run real programs for minutes, one after another; they build what they need on their first run.
 *
 * @type {import("jest").Config}
 */
module.exports = {
  ...unit,
  roots: ["<rootDir>/__tests__/rehearsal/end-to-end"],
  testPathIgnorePatterns: ["/node_modules/"],
  maxWorkers: 1,
  testTimeout: 45 * 60_000,
};
