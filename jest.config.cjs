/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // On two cores jest would take one.
  maxWorkers: 2,
  // Some tests synthesize or render a whole environment, on a machine that may do other things.
  testTimeout: 60_000,
  globalSetup: "<rootDir>/__tests__/support/temporary-folder.cjs",
  globalTeardown: "<rootDir>/__tests__/support/remove-temporary-folder.cjs",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/__tests__/rehearsal/(end-to-end|offline-plan)/"],
  transform: {
    "^.+\\.(t|j|mj)s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // Packages that ship ES modules only are transformed; the large CommonJS ones need not be.
  transformIgnorePatterns: ["/node_modules/(@cdktf|cdktf|constructs|zod|yaml|fast-check)/"],
  // Its package names only an "import" condition, which jest (CommonJS) does not take.
  moduleNameMapper: { "^unicorn-magic$": "<rootDir>/node_modules/unicorn-magic/node.js" },
};
