/** What the shop's staff wrote about customers: in their languages, with everything that JSON has to escape. */
import type { Random } from "./random.js";

const EVERYWHERE: readonly string[] = [
  "Prefers to be called in the morning, before 09:30.",
  "Said: “please don’t mail me the brochure again”. Noted.",
  'Asked for an invoice made out to "Acme Ltd. (in liquidation)", see folder C:\\invoices\\2024.',
  "Birthday surprise 🎂 for the twins 👩‍👧‍👧 – don’t tell!",
  "Temperature of the parcel: ≤ 8 °C, σ = 0.4; returns ½ price.",
  "Paid twice on 2024-02-29, refunded once;\tstill owes us nothing.",
  "Legal hold until the case is closed: ref. Ω-7731/β.",
  "Lost the first card; the police report is on file.",
  "Allergic to penicillin: ask before every order.",
];

const LOCAL: Readonly<Record<string, readonly string[]>> = {
  DE: ["Hund heißt Bärchen, bitte nicht klingeln – klopfen!", "Rückruf wegen Allergie; mit Dr. Groß abgesprochen."],
  FR: ["A déménagé en août ; l’ancienne adresse n’est plus valable.", "Demande un reçu pour sa mutuelle."],
  PL: ["Płatność w ratach: zgoda z 14 października.", "Klientka prosi o dostawę pod drzwi, III piętro."],
  SE: ["Vill ha kvittot på svenska, ”inte på nätsvenska”."],
  IS: ["Vill láta hringja á undan; þýðir ekkert að banka."],
  TR: ["Müşteri gözlüğünü mağazada unuttu, kasada saklanıyor."],
  BR: ["Cliente há dez anos; nunca atrasou um pagamento. Não oferecer crédito."],
  VN: ["Khách muốn nhận hàng sau giờ làm việc."],
  UA: ["Просила не дзвонити у вихідні; чоловік не знає про замовлення."],
  GR: ["Ζήτησε έκπτωση για συνταξιούχους."],
  IL: ["הלקוחה ביקשה משלוח עד הבית, קומה שלישית בלי מעלית."],
  EG: ["العميل يفضّل الدفع نقدًا عند الاستلام."],
  IN: ["ग्राहक ने जन्मदिन पर फूल भेजने को कहा है।"],
  TH: ["ลูกค้าขอเลื่อนวันส่งของเป็นวันเสาร์"],
  CN: ["老客户，每次都要手写的贺卡。"],
  JP: ["ペットアレルギーあり。配達は時間指定のこと。"],
  KR: ["고객이 연락처 변경을 요청함."],
};

/** One to three phrases, or, for a long note, a history of up to some kilobytes with one line per contact. */
export function makeNote(random: Random, country: string, long: boolean): string {
  const phrases = [...(LOCAL[country] ?? []), ...EVERYWHERE];
  if (!long) return random.some(phrases, random.integer(1, 3)).join(" ");
  const lines = Array.from({ length: random.integer(20, 60) }, (_, contact) => {
    const words = random.some(phrases, random.integer(1, 2)).join(" ");
    return `#${contact + 1} ${random.pick(["call", "visit", "mail", "chat"])}: ${words}`;
  });
  return lines.join("\n");
}
