export {
  type PreparedProvider,
  type PreparedProviders,
  type PrepareOptions,
  type ProviderSource,
  prepareProviders,
} from "./prepare";
