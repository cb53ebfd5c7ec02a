export {
  type OutsideAddress,
  type WebServiceAcceptance,
  type WebServiceAddress,
  type WebServiceAutoscale,
  type WebServiceHealth,
  type WebServicePage,
  type WebServiceProps,
  type WebServiceRight,
  type WebServiceUses,
  webServiceFolders,
} from "./props";
export { WebService, webServiceAddress } from "./web-service";
