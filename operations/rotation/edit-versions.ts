import type {
  CallExpression,
  Expression,
  Node,
  ObjectLiteralExpression,
  PropertyAssignment,
  SourceFile,
} from "typescript";
import ts from "typescript";
import { OperationError } from "../operation-error";

/** Where a version stands in an environment's file. */
export interface VersionPlace {
  readonly environment: string;
  /** Mount and path of the secret. */
  readonly secret: string;
}

/** Columns that the project's formatter allows. */
const lineWidth = 120;

/**
 * The text of an environment's file with another version of one secret: the least edit, so that the rest stays as it was
 * written. What is missing on the way (`secrets`, `versions`) is added.
 *
 * @param file for messages
 * @throws OperationError when the file is not of a shape that can be edited, with what to write by hand
 */
export function withVersion(
  source: string,
  file: string,
  { environment, secret }: VersionPlace,
  version: number,
): string {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const refuse = (reason: string): never => {
    throw new OperationError(
      `${file} cannot be edited (${reason}); add to what secrets has there: versions: { ${JSON.stringify(secret)}: ${version} }`,
    );
  };
  const { diagnostics = [] } = ts.transpileModule(source, { reportDiagnostics: true });
  if (diagnostics.length > 0) refuse("it has a syntax error");
  const input =
    environmentInput(tree, environment) ?? refuse(`it has no defineEnvironment({ name: "${environment}", ... })`);
  const quoted = JSON.stringify(secret);

  const secrets = propertyOf(input, "secrets");
  if (secrets === undefined) {
    if (hasSpread(input)) refuse("it may take secrets from a spread");
    return insert(source, tree, input, `secrets: { versions: { ${quoted}: ${version} } }`);
  }
  const secretsObject = objectOf(secrets) ?? refuse("secrets is not written out as an object");
  const versions = propertyOf(secretsObject, "versions");
  if (versions === undefined) {
    if (hasSpread(secretsObject)) refuse("it may take versions from a spread");
    return insert(source, tree, secretsObject, `versions: { ${quoted}: ${version} }`);
  }
  const versionsObject = objectOf(versions) ?? refuse("secrets.versions is not written out as an object");
  const present = propertyOf(versionsObject, secret);
  if (present === undefined) return insert(source, tree, versionsObject, `${quoted}: ${version}`);
  const value = initializerOf(present);
  if (value === undefined || !ts.isNumericLiteral(value)) refuse(`the version of ${quoted} is not written as a number`);
  const { start, end } = range(value as Expression, tree);
  return `${source.slice(0, start)}${version}${source.slice(end)}`;
}

/** The argument of the call that defines the environment. */
function environmentInput(tree: SourceFile, environment: string): ObjectLiteralExpression | undefined {
  const calls: CallExpression[] = [];
  const visit = (node: Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(tree) === "defineEnvironment") calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return calls
    .map((call) => call.arguments[0])
    .filter((argument) => argument !== undefined)
    .map(unwrapped)
    .filter((argument) => ts.isObjectLiteralExpression(argument))
    .find((argument) => {
      const name = propertyOf(argument, "name");
      const value = name && initializerOf(name);
      return value !== undefined && ts.isStringLiteralLike(value) && value.text === environment;
    });
}

function propertyOf(object: ObjectLiteralExpression, name: string) {
  return object.properties.find(
    (property) =>
      property.name !== undefined &&
      (ts.isIdentifier(property.name) || ts.isStringLiteralLike(property.name)) &&
      property.name.text === name,
  );
}

function hasSpread(object: ObjectLiteralExpression): boolean {
  return object.properties.some(ts.isSpreadAssignment);
}

function initializerOf(property: Node): Expression | undefined {
  return ts.isPropertyAssignment(property) ? unwrapped((property as PropertyAssignment).initializer) : undefined;
}

function objectOf(property: Node): ObjectLiteralExpression | undefined {
  const value = initializerOf(property);
  return value !== undefined && ts.isObjectLiteralExpression(value) ? value : undefined;
}

/** An expression without parentheses, `as` and `satisfies`. */
function unwrapped(expression: Expression): Expression {
  return ts.isParenthesizedExpression(expression) ||
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression)
    ? unwrapped(expression.expression)
    : expression;
}

function range(node: Node, tree: SourceFile): { start: number; end: number } {
  return { start: node.getStart(tree), end: node.end };
}

/** Adds a property at the end of an object, in the object's own style. */
function insert(source: string, tree: SourceFile, object: ObjectLiteralExpression, property: string): string {
  const { start, end } = range(object, tree);
  const brace = end - 1;
  const last = object.properties.at(-1);
  const lineEnd = source.includes("\r\n") ? "\r\n" : "\n";
  const indent = /^[ \t]*/.exec(source.slice(source.lastIndexOf("\n", start) + 1))?.[0] ?? "";
  if (last === undefined) return `${source.slice(0, start)}{ ${property} }${source.slice(end)}`;
  const lineStart = source.lastIndexOf("\n", brace) + 1;
  const multiline = lineStart > last.end;
  if (multiline) {
    const comma = object.properties.hasTrailingComma ? "" : ",";
    const line = `${indent}  ${property},${lineEnd}`;
    return `${source.slice(0, last.end)}${comma}${source.slice(last.end, lineStart)}${line}${source.slice(lineStart)}`;
  }
  const inline = `${source.slice(0, last.end)}, ${property}${source.slice(last.end)}`;
  const from = inline.lastIndexOf("\n", start) + 1;
  const to = inline.indexOf("\n", from);
  if ((to < 0 ? inline.length : to) - from <= lineWidth) return inline;
  const lines = [...object.properties.map((each) => each.getText(tree)), property].map((each) => `${indent}  ${each},`);
  return `${source.slice(0, start)}{${lineEnd}${lines.join(lineEnd)}${lineEnd}${indent}}${source.slice(end)}`;
}
