const unit = require("./jest.config.cjs");

/**
 * Plans of the stacks on Google Cloud with the real provider: `npm run test:plan`.
 *
 * @type {import("jest").Config}
 */
module.exports = {
  ...unit,
  roots: ["<rootDir>/__tests__/rehearsal/offline-plan"],
  testPathIgnorePatterns: ["/node_modules/"],
  globalSetup: "<rootDir>/__tests__/rehearsal/offline-plan/setup.mjs",
  globalTeardown: undefined,
  testTimeout: 5 * 60_000,
};
