import { kyuubiSecrets } from "../../selections";
import { isThere, promiseRows, quoted } from "../support/promises";

jest.setTimeout(60_000);

const keysTable = "Keys of the Kyuubi platform's secrets";
const states = ["kept", "replaced", "dropped", "open"];

const rows = promiseRows();
const promises = rows
  .filter(({ section }) => section !== keysTable)
  .map(({ section, cells }) => {
    const [state = "", where = ""] = cells.slice(-2);
    return { section, promise: cells.slice(0, -2).join(": "), state, where };
  });
const kept = promises.filter(({ state }) => state === "kept");

describe("docs/migration/promises.md", () => {
  it("has a row for promises of every area, each with a state and a reason or a place", () => {
    expect(promises.length).toBeGreaterThanOrEqual(70);
    expect([...new Set(promises.map(({ section }) => section))]).toEqual([
      "Secrets",
      "Base",
      "Data services",
      "Cloud",
      "GitOps",
      "Operations",
      "Replaced on purpose",
    ]);
    for (const { promise, state, where } of promises) {
      expect([promise, states.includes(state), where.length > 5]).toEqual([promise, true, true]);
    }
  });

  it("leaves no promise about secrets open", () => {
    expect(promises.filter(({ section, state }) => section === "Secrets" && state === "open")).toEqual([]);
  });

  it("marks promises as kept", () => {
    expect(kept.length).toBeGreaterThanOrEqual(35);
  });

  it.each(kept.map(({ promise, where }) => [promise, where] as const))("keeps: %s", (_, where) => {
    // Only what stands before the explanation is a place.
    const locators = quoted(where.replace(/`:.*$/, "`"));
    expect(locators.length).toBeGreaterThan(0);
    expect(locators.filter((locator) => !isThere(locator))).toEqual([]);
  });

  it("has each key of the Kyuubi platform's secrets once, and no other", () => {
    const listed = rows
      .filter(({ section }) => section === keysTable)
      .map(({ cells: [secret = "", key = ""] }) => `kyuubi/${quoted(secret)[0]}#${quoted(key)[0]}`);
    const declared = Object.entries(kyuubiSecrets()).flatMap(([name, { keys }]) =>
      Object.keys(keys).map((key) => `${name}#${key}`),
    );
    expect(listed.length).toBeGreaterThan(40);
    expect(listed.sort()).toEqual(declared.sort());
  });
});

describe("a place in the page", () => {
  it.each([
    "kv minikube-secrets kyuubi/database#mariadb_root_password",
    "kv minikube-secrets kyuubi/spark#spark_driver_cores=2",
    "kv minikube-secrets platform/database#mariadb_password",
    "copy minikube-services kyuubi/vault-secret-nothing#mariadb_password",
    "copy minikube-services kyuubi/vault-secret-database#nothing",
    "block minikube-secrets vault_policy kyuubi",
    "object minikube-services MariaDB kyuubi/postgres",
    "release minikube-services kyuubi/nothing",
    "text minikube-secrets no such text",
    "cli no-such-command",
    "proof proof",
    "file no/such/file",
  ])("that is not there is noticed: %s", (locator) => {
    expect(isThere(locator)).toBe(false);
  });

  it("of no known kind is refused", () => {
    expect(() => isThere("somewhere minikube")).toThrow('"somewhere minikube" is no locator');
  });
});
