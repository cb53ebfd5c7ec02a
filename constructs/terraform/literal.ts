/**
 * Writes text so that Terraform takes `${` and `%{` in it as they are, and not as the start of an expression. References
 * that CDKTF has put into the text stay references.
 */
export function literal(text: string): string {
  return text.replaceAll(/([$%])\{(?!TfToken\[)/g, "$1$1{");
}
