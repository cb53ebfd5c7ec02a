/** Writes text so that Terraform takes `${` and `%{` in it as they are, and not as the start of an expression. */
export function literal(text: string): string {
  return text.replaceAll(/([$%])\{/g, "$1$1{");
}
