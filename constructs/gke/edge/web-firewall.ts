import {
  ComputeSecurityPolicy,
  type ComputeSecurityPolicyRule,
} from "@cdktf/provider-google/lib/compute-security-policy";
import { Construct } from "constructs";

/** Settings of a {@link WebFirewall}. */
export interface WebFirewallProps {
  readonly project: string;
  /** Name, which the policies of pages refer to. */
  readonly name: string;
  /** Ranges whose requests are taken. @default - everybody's */
  readonly callers?: readonly string[];
  /** Requests that one address may send in a minute. */
  readonly requestsPerMinute: number;
}

/** Ranges that one rule takes. */
const rangesPerRule = 10;

/** Sets of rules that refuse: nothing that people do with a data platform looks like these. */
const refusing = ["scannerdetection", "protocolattack", "sessionfixation"] as const;

/** Sets of rules that only log: people send SQL to Superset and Trino, and programs to JupyterHub and Airflow. */
const logging = ["sqli", "xss", "rce", "lfi", "rfi"] as const;

/**
 * Cloud Armor in front of pages: known attacks, too many requests of one address, and whoever is not in the list of callers
 * are refused before they reach the cluster.
 *
 * @see https://cloud.google.com/armor/docs/waf-rules
 */
export class WebFirewall extends Construct {
  constructor(scope: Construct, id: string, { project, name, callers = [], requestsPerMinute }: WebFirewallProps) {
    super(scope, id);
    const everybody = callers.length === 0;
    const lists = everybody ? [["*"]] : chunks(callers, rangesPerRule);
    new ComputeSecurityPolicy(this, "Resource", {
      project,
      name,
      description: "Refuses attacks, floods and strangers before they reach pages",
      type: "CLOUD_ARMOR",
      // Bodies are read as what they say they are, so that rules see values and not quotes and braces.
      advancedOptionsConfig: { jsonParsing: "STANDARD", logLevel: "VERBOSE" },
      rule: [
        ...refusing.map((set, index) => attack(set, 1000 + index * 10, false)),
        {
          ...attack("cve-canary", 1900, false, ""),
          description: "Attacks on known holes, such as that of Log4j",
        },
        ...logging.map((set, index) => attack(set, 2000 + index * 10, true)),
        ...lists.map(
          (srcIpRanges, index): ComputeSecurityPolicyRule => ({
            action: "throttle",
            priority: 3000 + index * 10,
            description: everybody ? "Everybody, up to a rate" : "Callers that are known, up to a rate",
            match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: [...srcIpRanges] } },
            rateLimitOptions: {
              conformAction: "allow",
              exceedAction: "deny(429)",
              enforceOnKey: "IP",
              rateLimitThreshold: { count: requestsPerMinute, intervalSec: 60 },
            },
          }),
        ),
        {
          // Cloud Armor wants a rule for all that is left.
          action: "deny(403)",
          priority: 2147483647,
          description: "Whoever no rule before has let in",
          match: { versionedExpr: "SRC_IPS_V1", config: { srcIpRanges: ["*"] } },
        },
      ],
    });
  }
}

/** A rule for a set of signatures; only those of which Google is surest. */
function attack(set: string, priority: number, preview: boolean, version = "-v33-stable"): ComputeSecurityPolicyRule {
  return {
    action: "deny(403)",
    priority,
    preview,
    description: `${preview ? "Logs what looks like" : "Refuses"} ${set}`,
    match: { expr: { expression: `evaluatePreconfiguredWaf('${set}${version}', {'sensitivity': 1})` } },
  };
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
