/** What a configuration file of the command line is written with. The command itself is `cosmoseal`. */
export { type Connection, type CosmosealConfig, defineConfig, type Secret, secret } from "./config/define.js";
