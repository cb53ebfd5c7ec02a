/** Turns a Kubernetes name into a construct id: `data-platform` becomes `DataPlatform`. */
export function idOf(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part.length > 0)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}
