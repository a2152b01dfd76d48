/** What the name of a field says of what is in it, in the languages that schemas are written in. */

export type NameHint =
  | "name"
  | "maybeName"
  | "phone"
  | "birthDate"
  | "address"
  | "national"
  | "card"
  | "email"
  | "iban"
  | "secret";

/** What the field's name hints at, or undefined. `firstName`, `first_name` and `FIRST-NAME` are one name. */
export function hintOf(name: string): NameHint | undefined {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  for (const [hint, names] of HINTS) if (names.has(plain)) return hint;
  for (const [hint, pattern] of PATTERNS) if (pattern.test(plain)) return hint;
  return undefined;
}

/** True for what looks like the name of a person: one to five words with capitals, no digits. */
export function looksLikeName(value: string): boolean {
  if (value.length < 2 || value.length > 80) return false;
  return /^\p{Lu}[\p{L}'’.-]*(?: (?:\p{Lu}[\p{L}'’.-]*|van|von|de|den|der|da|di|del|la|le|el|al|bin|ibn|zu|dos|du|y))*$/u.test(
    value,
  );
}

/** True where one of the words is a common first name: what a field called `name` needs to be taken for a person's. */
export function hasFirstName(value: string): boolean {
  return value.split(/[\s,]+/).some((word) => FIRST_NAMES.has(word.toLowerCase()));
}

const HINTS: readonly (readonly [NameHint, ReadonlySet<string>])[] = [
  [
    "name",
    set(
      "firstname lastname surname familyname givenname middlename maidenname fullname forename vorname nachname familienname geburtsname prenom nomdefamille nombrecompleto apellido apellidos cognome nome sobrenome voornaam achternaam fornavn etternavn efternavn fornamn efternamn imie nazwisko patientname customername contactname cardholder cardholdername accountholder kontoinhaber personname employeename nickname",
    ),
  ],
  [
    "maybeName",
    set(
      "name displayname contact owner author user username customer patient recipient sender employee person kunde empfanger empfaenger ansprechpartner nom nombre naam navn namn",
    ),
  ],
  [
    "phone",
    set(
      "phone phonenumber phoneno telephone telephonenumber tel mobile mobilenumber mobilephone cell cellphone cellnumber fax faxnumber msisdn telefon telefonnummer handy handynummer mobil mobilnummer natel telefono telefoon portable whatsapp homephone workphone",
    ),
  ],
  [
    "birthDate",
    set(
      "birthdate dateofbirth dob birthday born birthdaydate geburtsdatum geburtstag gebdatum datedenaissance naissance fechanacimiento fechadenacimiento datanascita datadinascita geboortedatum fodselsdato fodelsedatum datanascimento dataurodzenia",
    ),
  ],
  [
    "address",
    set(
      "street streetaddress street1 street2 addressline addressline1 addressline2 address1 address2 address homeaddress postaladdress billingaddress shippingaddress housenumber zip zipcode postcode postalcode plz strasse straße hausnummer adresse anschrift rue codepostal calle direccion via indirizzo cap straat adres gate vej gata",
    ),
  ],
  [
    "national",
    set(
      "ssn socialsecuritynumber socialsecurity nationalid nationalidnumber nationalinsurancenumber nino taxid taxnumber tin steuerid steuernummer steueridentifikationsnummer idnr ahv ahvnummer avs sozialversicherungsnummer svnr nir insee dni nie codicefiscale pesel bsn burgerservicenummer personnummer cpr cprnumber cprnummer fodselsnummer henkilotunnus hetu rijksregisternummer nationalnumber cpf sin passport passportnumber passportno idcard idnumber personalid personalnumber driverslicense driverlicense drivinglicence",
    ),
  ],
  [
    "card",
    set(
      "card cardnumber cardno pan creditcard creditcardnumber debitcard kreditkarte kartennummer cartenumero ccnumber ccn",
    ),
  ],
  ["email", set("email emailaddress mail mailaddress emailaddr correo courriel emailadresse epost")],
  ["iban", set("iban bankaccount accountnumber bankaccountnumber kontonummer")],
  ["secret", set("password passwd pwd passphrase secret apikey accesstoken refreshtoken privatekey clientsecret pin")],
];

const PATTERNS: readonly (readonly [NameHint, RegExp])[] = [
  ["phone", /(phone|telefon|mobile)(number|nr|no)?$/],
  ["email", /(email|emailaddress)$/],
  ["birthDate", /(birthdate|dateofbirth)$/],
  ["name", /(first|last|full|sur|family|given)name$/],
];

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** Frequent first names of Europe and America, for telling "Anna Keller" from "Blue Widget". */
const FIRST_NAMES: ReadonlySet<string> = set(
  "ada adam adrian agnes alan albert alejandro alessandro alex alexander alexandra alfred alice alicia amanda amelia amy ana anders andre andrea andreas andrew angela anita anja anke ann anna anne annette antonia antonio antonio arthur astrid barbara beat beatrice ben benjamin bernd bernhard bettina björn brigitte bruno camille carina carl carla carlo carlos carmen caroline catherine charles charlotte chloe chris christian christina christine christoph christopher clara claire claude claudia colin cornelia cristina dagmar daniel daniela david dennis diana diego dieter dirk dominik donald doris dorothea edith eduard edward elena elias elisa elisabeth elizabeth ella elsa emil emily emma eric erica erik erika ernst esther eva evelyn fabian felix fernando filip florence florian francesca francesco francis franz françois frank frederik fritz gabriel gabriela georg george gerald gerhard gertrud giovanni giulia gisela grace gustav guy hanna hannah hannes hans harald harry heidi heike heinrich heinz helen helena helga helmut henri henrik henry herbert hermann holger hugo ian ida ilse ines ingrid irene isabel isabella ivan jack jacob jakob james jan jana jane janet jason javier jean jeffrey jennifer jens jessica joachim joan joao jochen johan johann johanna john jonas jonathan jorge jose josef joseph juan juana judith julia julian julie jürgen jörg kai karen karin karl karoline kate katharina katherine kathrin katja kenneth kerstin kevin klara klaus konrad kristina kurt lara lars laura lea lena leo leon leonardo lina linda lisa lorenzo louis louise luca lucas lucia lucie luis luisa lukas luke lydia magdalena manfred manuel marc marco marcel marcus margaret margrit maria marie marina mario marion mark markus marta martha martin martina mary mateo mathias matteo matthew matthias max maximilian melanie mia michael michaela michel miguel mike mila monica monika moritz nadia nadine natalia natalie nathan nicholas nicolas nicole niklas nils nina noah nora olaf olga oliver olivia oscar oskar otto pablo pascal patricia patrick paul paula paulo pedro peter petra philip philipp philippe pia pierre rafael rainer ralf ralph ramon raphael rebecca regina renate rene ricardo richard rita robert roberto roger roland rolf rosa ruth ryan sabine samuel sandra sara sarah sebastian silke silvia simon simone sofia sonja sophia sophie stefan stefanie steffen stephan stephanie stephen steven susan susanne sven sylvia tanja teresa theo theresa thomas thorsten tim timo tobias tom ulrich ulrike urs ursula uta ute uwe valentina vera verena veronika victor victoria viktor vincent viola walter werner wilhelm william wolfgang xavier yann yves yvonne zoe",
);
