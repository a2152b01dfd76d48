/** Property access: `c.a.b`, `c.tags[0]`, `c[expression]`, with own properties only, never an array's or a string's members. */
import type { Expression } from "../tree.js";
import type { Evaluate } from "./machine.js";
import { isArray, isObject, type Value } from "./values.js";

/** Reads one constant property of whatever the object expression gives. */
export function constantMember(object: Evaluate, property: string | number): Evaluate {
  if (typeof property === "number") return (machine) => element(object(machine), property);
  if (property in Object.prototype) return (machine) => ownProperty(object(machine), property);
  return (machine) => {
    const value = object(machine);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as { readonly [name: string]: Value })[property]
      : undefined;
  };
}

/** Reads a constant property of a bound alias: the hottest shape there is. */
export function slotMember(slot: number, property: string | number): Evaluate {
  if (typeof property === "number" || property in Object.prototype) {
    return constantMember((machine) => machine.slots[slot], property);
  }
  return (machine) => {
    const value = machine.slots[slot];
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as { readonly [name: string]: Value })[property]
      : undefined;
  };
}

export function computedMember(object: Evaluate, property: Evaluate): Evaluate {
  return (machine) => member(object(machine), property(machine));
}

/** A string names a property of an object, a number an element of an array; every other pair has no value. */
export function member(value: Value, property: Value): Value {
  if (typeof property === "string") return ownProperty(value, property);
  if (typeof property === "number") return element(value, property);
  return undefined;
}

function ownProperty(value: Value, name: string): Value {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function element(value: Value, index: number): Value {
  return isArray(value) && Number.isInteger(index) && index >= 0 ? value[index] : undefined;
}

/** The property name or index of a member whose property is a literal. */
export function literalProperty(property: Expression): string | number | undefined {
  if (property.kind !== "Literal") return undefined;
  return typeof property.value === "string" || typeof property.value === "number" ? property.value : undefined;
}
