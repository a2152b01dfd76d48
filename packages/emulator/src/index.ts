export { createEmulator, type Emulator, type EmulatorOptions } from "./emulator.js";
export type { Certificate } from "./http/certificate.js";
export type { Fault, FaultCondition, FaultKind, InjectedFault } from "./http/faults.js";
export type { OperationName } from "./http/operation.js";
export type { RecordedExchange } from "./http/record.js";
export type { ContainerName, RangeSplit } from "./partition/split.js";
