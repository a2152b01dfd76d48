/** What is in the containers: `customers` under the container's own keys, `people` with keys for each person. */
import { defineContainer, sealed, signed, unsigned } from "cosmoseal";

export const customers = defineContainer({
  name: "customers",
  partitionKey: "/tenantId",
  paths: {
    "/tenantId": signed(),
    "/plan": signed(),
    "/visits": unsigned(),
    "/email": sealed({ equality: true }),
    "/name": sealed(),
    "/diagnosis": sealed({ group: "medical" }),
  },
});

export const people = defineContainer({
  name: "people",
  partitionKey: "/person",
  scope: { path: "/person", family: "person" },
  paths: { "/person": signed(), "/note": sealed() },
});
