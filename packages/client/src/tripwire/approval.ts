/** The header by which the query stage shows the tripwire that a query is its own. It never leaves the process. */
export const APPROVAL_HEADER = "x-cosmoseal-approved";
