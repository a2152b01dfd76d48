// The account document: where a client learns the endpoints; so they carry the scheme, host and port that it used.

import type { ServiceRequest, ServiceResponse } from "../http/message.js";
import type { Service } from "../service.js";

export function readAccount(_service: Service, request: ServiceRequest): ServiceResponse {
  const location = { name: "Emulator", databaseAccountEndpoint: `${request.origin}/` };
  return {
    status: 200,
    headers: { "x-ms-max-media-storage-usage-mb": "10240", "x-ms-media-storage-usage-mb": "0" },
    body: JSON.stringify({
      _self: "",
      id: "cosmoseal-emulator",
      _rid: "cosmoseal-emulator.documents.local",
      media: "//media/",
      addresses: "//addresses/",
      _dbs: "//dbs/",
      writableLocations: [location],
      readableLocations: [location],
      enableMultipleWriteLocations: false,
      continuousBackupEnabled: false,
      enablePerPartitionFailoverBehavior: false,
      userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 4 },
      userConsistencyPolicy: { defaultConsistencyLevel: "Session" },
      systemReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 4, asyncReplication: false },
      readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
      queryEngineConfiguration: QUERY_ENGINE,
    }),
  };
}

// JSON text within the JSON, as the service has it.
const QUERY_ENGINE = JSON.stringify({
  maxSqlQueryInputLength: 524288,
  maxJoinsPerSqlQuery: 10,
  maxLogicalAndPerSqlQuery: 2000,
  maxLogicalOrPerSqlQuery: 2000,
  maxUdfRefPerSqlQuery: 10,
  maxInExpressionItemsCount: 16000,
  queryMaxInMemorySortDocumentCount: 500,
  maxQueryRequestTimeoutFraction: 0.9,
  sqlAllowNonFiniteNumbers: false,
  sqlAllowAggregateFunctions: true,
  sqlAllowSubQuery: true,
  sqlAllowScalarSubQuery: true,
  allowNewKeywords: true,
  sqlAllowLike: true,
  sqlAllowGroupByClause: true,
  maxSpatialQueryCells: 12,
  spatialMaxGeometryPointCount: 256,
  sqlDisableOptimizationFlags: 0,
  sqlAllowTop: true,
  enableSpatialIndexing: true,
});
