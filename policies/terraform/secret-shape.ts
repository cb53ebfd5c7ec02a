/** Shapes of secrets that say what they are. */
const shapes: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "a Vault token", pattern: /\bhv[sbr]\.[\w-]{20,}|\bs\.[A-Za-z0-9]{24}\b/ },
  { what: "a GitHub token", pattern: /\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{22,}/ },
  { what: "a GitLab token", pattern: /\bglpat-[\w-]{20,}/ },
  { what: "an AWS access key", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: "a Google API key", pattern: /\bAIza[\w-]{35}/ },
  { what: "a Google access token", pattern: /\bya29\.[\w-]{20,}/ },
  { what: "a Slack token", pattern: /\bxox[abeprs]-[\w-]{10,}/ },
  { what: "a JSON web token", pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}/ },
  { what: "a private key", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { what: "a password in a URL", pattern: /\b[a-z][a-z0-9+]*:\/\/[^\s/:@"]+:[^\s/@"${}]+@/ },
];

/** Digests in the places where they belong: of an image, of a document that is sent, of an asset of the synthesis. */
const digests =
  /\bsha256:[0-9a-f]{64}\b|\bx-amz-content-sha256: [0-9a-f]{64}\b|\bContent-MD5: [\w+/]{22}==|\bassets\/\w+\/[0-9A-F]{32}\b/g;

/** Runs of letters and digits that could be random; what people write has separators and shorter words. */
const run = /[A-Za-z0-9+/]{16,}={0,2}/g;

/** Changes between lower case, upper case and digits, for each pair of neighbours. Random text has about 0.6. */
const mixedChanges = 0.42;

/** The same for text of digits and one case, where random text has about 0.4. */
const oneCaseChanges = 0.25;

/**
 * What kind of secret a string holds, by its value and not by its name; undefined when it looks like none.
 *
 * Known prefixes and PEM, the same in base64, and runs that look random. Names, paths and camel case do not.
 */
export function secretIn(text: string): string | undefined {
  const known = shapes.find(({ pattern }) => pattern.test(text));
  if (known) {
    return known.what;
  }
  for (const [candidate] of text.replaceAll(digests, "").matchAll(run)) {
    const inside = decoded(candidate);
    const wrapped = inside === undefined ? undefined : shapes.find(({ pattern }) => pattern.test(inside));
    if (wrapped) {
      return `${wrapped.what} in base64`;
    }
    // A path is no run: its parts are judged one by one, unless they are many and short as in base64.
    const parts = candidate.split("/");
    if ((candidate.length >= 40 && looksRandom(candidate.replaceAll("/", ""))) || parts.some(looksRandom)) {
      return "a string that looks random";
    }
  }
  return undefined;
}

function decoded(text: string): string | undefined {
  const bytes = Buffer.from(text, "base64").toString("latin1");
  return /^[\t\n\r\x20-\x7e]+$/.test(bytes) ? bytes : undefined;
}

function looksRandom(text: string): boolean {
  if (text.length < 16 || !/\d/.test(text)) {
    return false;
  }
  const classes = Array.from(text, classOf);
  const changes = classes.filter((one, index) => index > 0 && one !== classes[index - 1]).length / (text.length - 1);
  const bothCases = classes.includes("lower") && classes.includes("upper");
  return bothCases ? changes >= mixedChanges : text.length >= 20 && changes >= oneCaseChanges;
}

function classOf(character: string): "digit" | "lower" | "upper" | "other" {
  if (/\d/.test(character)) {
    return "digit";
  }
  if (/[a-z]/.test(character)) {
    return "lower";
  }
  return /[A-Z]/.test(character) ? "upper" : "other";
}
