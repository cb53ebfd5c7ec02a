export { bucketName } from "./bucket-name";
export type { BucketRules, LifecycleRule } from "./bucket-rules";
export type { BucketKeys } from "./bucket-set";
export { type CephGateway, CephObjectStore, type CephObjectStoreProps } from "./ceph";
export { type ExternalBucket, ExternalObjectStore, type ExternalObjectStoreProps } from "./external";
export { GoogleObjectStore, type GoogleObjectStoreProps } from "./google";
export { SeaweedFs, type SeaweedFsProps } from "./seaweedfs";
export { seaweedFsConsoleResources } from "./seaweedfs-console";
