export { createEmulator, type Emulator, type EmulatorOptions } from "./emulator.js";
export type { RecordedExchange } from "./http/record.js";
export type { ContainerName, RangeSplit } from "./partition/split.js";
