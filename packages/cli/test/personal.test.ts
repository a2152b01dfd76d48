/** What looks personal and what doesn't: each kind by values that are, and by values that are only written like it. */
import { describe, expect, test } from "vitest";
import { createFieldTally } from "../src/personal/detect.js";

const kindsOf = (name: string, ...values: readonly unknown[]): readonly string[] => {
  const tally = createFieldTally(name);
  for (const value of values) tally.add(value);
  return tally.findings().map(({ kind }) => kind);
};

describe("a value is taken for what it is", () => {
  test.each([
    ["email", "x", "ada@example.org"],
    ["email", "note", "please write to Ada.Lovelace+cosmos@mail.example.co.uk, thanks"],
    ["email", "x", "jörg@müller.example"],
    ["phone", "x", "+41 79 123 45 67"],
    ["phone", "x", "0041791234567"],
    ["phone", "phone", "(555) 123-4567"],
    ["phone", "mobileNumber", 791234567],
    ["iban", "x", "CH93 0076 2011 6238 5295 7"],
    ["iban", "x", "DE89370400440532013000"],
    ["iban", "text", "Bitte auf GB82 WEST 1234 5698 7654 32 zahlen"],
    ["card", "x", "4111 1111 1111 1111"],
    ["card", "x", "5500-0000-0000-0004"],
    ["card", "x", "378282246310005"],
    ["card", "cardNumber", 4111111111111111],
    ["national number", "x", "756.9217.0769.85"],
    ["national number", "x", "219-09-9998"],
    ["national number", "x", "AB 12 34 56 C"],
    ["national number", "x", "2 55 08 14 168 025 38"],
    ["national number", "x", "12345678Z"],
    ["national number", "x", "RSSMRA85T10A562S"],
    ["national number", "taxId", "86095742719"],
    ["national number", "pesel", "44051401359"],
    ["national number", "bsn", "111222333"],
    ["national number", "x", "811228-9874"],
    ["national number", "x", "131052-308T"],
    ["national number", "x", "529.982.247-25"],
    ["national number", "passportNumber", "X1234567"],
    ["name", "firstName", "Ada"],
    ["name", "last_name", "Van der Berg"],
    ["name", "fullName", "José Ortega y Gasset"],
    ["name", "name", "Anna Keller"],
    ["birth date", "dateOfBirth", "1980-12-31"],
    ["birth date", "geburtsdatum", "31.12.1980"],
    ["address", "street", "Elm Street 1"],
    ["secret", "password", "hunter2"],
  ])("%s in %j: %j", (kind, name, value) => {
    expect(kindsOf(name, value)).toContain(kind);
  });
});

describe("what is only written like it is not taken for it", () => {
  test.each([
    ["an image", "icon", "icon@2x.png"],
    ["a git address", "origin", "git@host.example:team/repo.git"],
    ["a package", "dependency", "@scope/name@1.2.3"],
    ["a mention", "text", "thanks @ada"],
    ["an IBAN with one digit changed", "x", "DE89370400440532013001"],
    ["an IBAN of the wrong length", "x", "DE8937040044053201300"],
    ["a card with one digit changed", "x", "4111 1111 1111 1112"],
    ["sixteen equal digits", "x", "0000 0000 0000 0000"],
    ["a time in milliseconds", "createdAt", 1795513325123],
    ["a time in milliseconds as text", "createdAt", "1795513325123"],
    ["an order number", "orderId", "79-123-4567"],
    ["nine digits", "count", 111222333],
    ["eleven digits without a name", "x", "44051401359"],
    ["an AHV number with a wrong check digit", "x", "756.9217.0769.84"],
    ["a UUID", "id", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"],
    ["a hash", "hash", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a product's name", "name", "Blue Widget"],
    ["a company", "name", "Acme Incorporated"],
    ["a date that is nobody's birth", "createdAt", "1980-12-31"],
    ["a decimal", "price", "0.10"],
    ["a version", "version", "10.0.19045.3448"],
    ["true", "active", true],
    ["an empty text", "email", ""],
    ["null", "email", null],
    ["a country", "country", "Switzerland"],
    ["a currency", "currency", "CHF"],
  ])("%s", (_what, name, value) => {
    expect(kindsOf(name, value)).toEqual([]);
  });

  test("numbers of sixteen digits, of which every tenth passes a card's check", () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => String(4_000_000_000_000_000 + i * 7));
    expect(kindsOf("serial", ...numbers)).toEqual([]);
  });

  test("one name of a person among products", () => {
    const products = Array.from({ length: 20 }, (_, i) => `Widget ${String.fromCharCode(65 + i)}`);
    expect(kindsOf("name", ...products, "Anna Keller")).toEqual([]);
  });
});

test("one e-mail address among a thousand texts is told, with its number", () => {
  const tally = createFieldTally("comment");
  for (let i = 0; i < 1000; i++) tally.add(`nothing to see here ${i}`);
  tally.add("ask ada@example.org");
  tally.add(null);
  expect(tally.findings()).toEqual([{ kind: "email", values: 1, of: 1001 }]);
});
