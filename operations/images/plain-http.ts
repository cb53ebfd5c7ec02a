/** Whether an address is of a registry on this machine, which speaks plain HTTP. */
export function isPlainHttp(address: string): boolean {
  return /^(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/.test(address);
}
