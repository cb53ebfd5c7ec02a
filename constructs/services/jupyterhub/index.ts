export { JupyterHub } from "./jupyterhub";
export type { JupyterHubAuthentication, JupyterHubCulling, JupyterHubProps } from "./props";
