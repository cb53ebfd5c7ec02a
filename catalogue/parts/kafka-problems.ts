import { type KafkaPool, nodesPerPool, nodesWith, topicObjectName } from "../../constructs/services";
import { formatGiven, formatPath, type Problem } from "../../environments/schema/errors";
import { parseBytes } from "../../environments/schema/quantity";
import type { Bytes } from "../fields";

/** What the checks of Kafka look at. */
interface Checked {
  readonly pools: readonly (Omit<KafkaPool, "storage"> & { readonly storage: Bytes })[];
  readonly topics: { readonly [name: string]: { readonly replicas: number } };
  readonly users: { readonly [name: string]: unknown };
  readonly cruiseControl: boolean;
  readonly config: { readonly [key: string]: unknown };
}

/** Users that services have for themselves. */
const servicesUsers = ["airflow", "apicurio-registry", "flink", "trino"];

/** Smallest volume of a node: metadata and one segment of a few topics. */
const floor: Bytes = "1Gi";

/**
 * Beginnings of settings that the operator keeps for itself, and exceptions from them.
 *
 * @see https://strimzi.io/docs/operators/1.2.0/configuring `KafkaClusterSpec`
 */
const kept = [
  ...["listeners", "advertised.", "broker.", "listener.", "host.name", "port", "inter.broker.listener.name", "sasl."],
  ...["ssl.", "security.", "password.", "log.dir", "authorizer.", "super.user", "node.id", "process.roles"],
  ...["controller.", "metadata.log.dir", "prometheus.metrics.reporter.", "cordoned.log.dirs", "zookeeper."],
  ...["cruise.control.metrics.topic", "cruise.control.metrics.reporter.bootstrap.servers"],
];
const notKept = [
  ...["sasl.server.max.receive.size", "ssl.cipher.suites", "ssl.protocol", "ssl.enabled.protocols"],
  ...["ssl.secure.random.implementation", "broker.session.timeout.ms", "broker.heartbeat.interval.ms"],
  ...["controller.socket.timeout.ms", "controller.quorum.election.backoff.max.ms"],
  ...["controller.quorum.election.timeout.ms", "controller.quorum.fetch.timeout.ms"],
  ...["num.partitions", "replication.factor", "retention.ms", "auto.create.retries", "auto.create.timeout.ms"].map(
    (setting) => `cruise.control.metrics.topic.${setting}`,
  ),
  "cruise.control.metrics.topic.min.insync.replicas",
];

/** What no single setting of Kafka shows. */
export function kafkaProblems(settings: Checked): readonly Problem[] {
  return [
    ...poolProblems(settings),
    ...topicProblems(settings),
    ...userProblems(settings),
    ...configProblems(settings),
  ];
}

function poolProblems({ pools, cruiseControl }: Checked): readonly Problem[] {
  const of = (role: "controller" | "broker") => nodesWith(role, pools);
  const problems: Problem[] = [];
  const [first] = pools;
  const single = pools.length === 1 && first?.name === "node";
  if (of("controller") % 2 === 0) {
    problems.push({
      path: single ? "replicas" : "pools",
      given: single ? String(of("controller")) : `${of("controller")} controllers`,
      allowed: "an odd number of controllers, of which more than half must agree",
      next: "use 1, 3 or 5",
    });
  }
  if (of("broker") === 0) {
    problems.push({ path: "pools", given: "no broker", allowed: "at least one broker", next: "add the role broker" });
  }
  if (cruiseControl && of("broker") === 1) {
    problems.push({
      path: "cruiseControl",
      given: "true",
      allowed: "with two brokers or more, between which it moves partitions",
      next: "set it to false or add brokers",
    });
  }
  pools.forEach(({ name, firstNode, replicas, storage }, index) => {
    const at = `pools[${index}]`;
    const others = pools.slice(0, index);
    if (others.some((other) => other.name === name)) {
      problems.push({ path: `${at}.name`, given: `"${name}"`, allowed: "a name of its own", next: "use another one" });
    }
    if (others.some((other) => other.firstNode === firstNode) || firstNode % nodesPerPool !== 0) {
      problems.push({
        path: `${at}.firstNode`,
        given: String(firstNode),
        allowed: "a multiple of 100 up to 900 that no other pool has",
        next: "give each pool its own hundred",
      });
    }
    if (parseBytes(storage) < parseBytes(floor)) {
      problems.push({
        path: single ? "storage" : `${at}.storage`,
        given: `"${storage}"`,
        allowed: `${floor} or more`,
        next: `give ${floor} at least, for ${replicas === 1 ? "the node" : "each node"}`,
      });
    }
  });
  return problems;
}

function topicProblems({ pools, topics }: Checked): readonly Problem[] {
  const brokers = nodesWith("broker", pools);
  const names = Object.keys(topics);
  return names.flatMap((name, index): readonly Problem[] => {
    const copies = topics[name]?.replicas ?? 1;
    const like = names.slice(0, index).find((other) => topicObjectName(other) === topicObjectName(name));
    return [
      ...(copies > brokers
        ? [
            {
              path: formatPath(["topics", name, "replicas"]),
              given: String(copies),
              allowed: `at most ${brokers}, as many as there are brokers`,
              next: "give fewer copies or add brokers",
            },
          ]
        : []),
      ...(like === undefined
        ? []
        : [
            {
              path: formatPath(["topics", name]),
              given: `"${name}"`,
              allowed: "names that differ by more than capitals, dashes and underscores",
              next: `rename it or ${like}`,
            },
          ]),
      ...(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(topicObjectName(name))
        ? []
        : [
            {
              path: formatPath(["topics", name]),
              given: `"${name}"`,
              allowed: "a letter or digit at both ends",
              next: "rename it: such topics are Kafka's own or a client's to make",
            },
          ]),
    ];
  });
}

function userProblems({ users }: Checked): readonly Problem[] {
  return Object.keys(users)
    .filter((name) => servicesUsers.includes(name))
    .map((name) => ({
      path: formatPath(["users", name]),
      given: formatGiven(name),
      allowed: "a name that no service has for itself",
      next: `use another one, such as ${name}-reader`,
    }));
}

function configProblems({ config }: Checked): readonly Problem[] {
  return Object.keys(config)
    .filter((key) => kept.some((beginning) => key.startsWith(beginning)) && !notKept.includes(key))
    .map((key) => ({
      path: formatPath(["config", key]),
      given: formatGiven(config[key]),
      allowed: "settings that the operator does not make itself",
      next: "leave it out: listeners, certificates and roles have settings of their own",
    }));
}
