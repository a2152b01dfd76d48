/** Starts the API on an embedded emulator: `SEAL=1` with sealed containers, otherwise with the SDK's client. */
import { createEmulator } from "@cosmoseal/emulator";
import { createApp } from "./app.js";

const { createClient } =
  process.env["SEAL"] === "1" ? await import("./client.sealed.js") : await import("./client.plain.js");
const emulator = await createEmulator();
const server = await createApp(createClient(emulator.connectionString));
server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  console.log("listening on", server.address());
});
