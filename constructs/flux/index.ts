export { FluxBootstrap, type FluxBootstrapProps, type GitSource } from "./flux-bootstrap";
