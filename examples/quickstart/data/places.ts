/**
 * Names, cities and telephone numbers of nineteen places, in ten scripts: one table.
 *
 * Nobody in it exists. Telephone numbers are from the ranges that regulators keep for fiction where there are such
 * (US, GB, DE, FR, SE), elsewhere from ranges that can't be dialled (`000`).
 */

import { type Name, names } from "./names.js";

export interface Place {
  readonly country: string;
  /** How many of a thousand customers live there, roughly. */
  readonly weight: number;
  readonly given: readonly Name[];
  readonly family: readonly Name[];
  /** `family` where the family name comes first; `joined` where it does without a space. */
  readonly order: "given" | "family" | "joined";
  readonly cities: readonly (readonly [city: string, postalCode: string])[];
  /** `{n}` is the house number. */
  readonly streets: readonly string[];
  /** `#` is a digit. */
  readonly phone: string;
}

export const PLACES: readonly Place[] = [
  {
    country: "US",
    weight: 150,
    given: names("Ava Mateo Harper Malik Zoë Jackson Renée Tyrell Olivia José Grace DeShawn"),
    family: names("Carter Nguyen Washington O’Neill Martínez Kowalski Brooks Ramirez-Lee Thompson Ó’Brien"),
    order: "given",
    cities: [
      ["Springfield", "01103"],
      ["Riverside", "92501"],
      ["Duluth", "55802"],
      ["Albuquerque", "87102"],
    ],
    streets: ["{n} Evergreen Terrace", "{n} Elm Street, Apt 4B", "{n} Old Mill Road", "{n} W 3rd Ave"],
    phone: "+1 202-555-01##",
  },
  {
    country: "GB",
    weight: 90,
    given: names("Siân Oliver Priya Callum Aoife Hamish Imogen Kwame Niamh Arthur"),
    family: names("Llewellyn Fletcher Okafor MacLeod Whitfield Patel Brontë Hughes Fitzgerald"),
    order: "given",
    cities: [
      ["Cardiff", "CF10 1EP"],
      ["York", "YO1 7HH"],
      ["Kirkcaldy", "KY1 1XT"],
    ],
    streets: ["{n} Privet Drive", "{n} Market Place", "{n} St. Cuthbert’s Lane"],
    phone: "+44 20 7946 0###",
  },
  {
    country: "DE",
    weight: 110,
    given: names("Jürgen Käthe Mehmet Annegret Sören Zoë Lieselotte Björn Leyla Günther Jolanda"),
    family: names("Müller-Lüdenscheidt Groß Özdemir Schäfer Weiß Brandt Künzel von_der_Heide Jäger"),
    order: "given",
    cities: [
      ["Köln", "50667"],
      ["Görlitz", "02826"],
      ["Tübingen", "72070"],
      ["Lübeck", "23552"],
    ],
    streets: ["Lindenweg {n}", "Straße des 17. Juni {n}", "Große Bleichen {n}", "Am Mühlbach {n}a"],
    phone: "+49 30 23125 ###",
  },
  {
    country: "FR",
    weight: 70,
    given: names("Chloé Théo Maëlys Aïcha François Inès Loïc Élodie Anaïs Noé"),
    family: names("Lefèvre D’Aubigné Bérenger Nguyễn Châtelain Dupré Garçon L’Hôpital"),
    order: "given",
    cities: [
      ["Besançon", "25000"],
      ["Nîmes", "30000"],
      ["Orléans", "45000"],
    ],
    streets: ["{n} rue de l’Église", "{n} bis, avenue Foch", "{n} allée des Cèdres"],
    phone: "+33 1 99 00 ## ##",
  },
  {
    country: "PL",
    weight: 50,
    given: names("Łukasz Żaneta Wojciech Małgorzata Bartłomiej Zofia Stanisław Agnieszka"),
    family: names("Wójcik Świątek Brzęczyszczykiewicz Kamińska Łęcki Źródłowska Nowak"),
    order: "given",
    cities: [
      ["Łódź", "90-001"],
      ["Kraków", "31-007"],
      ["Gdańsk", "80-831"],
    ],
    streets: ["ul. Piękna {n}", "al. Róż {n} m. 7", "pl. Żołnierza Polskiego {n}"],
    phone: "+48 22 000 ## ##",
  },
  {
    country: "SE",
    weight: 30,
    given: names("Åsa Björn Märta Göran Elin Åke Ebba Nils"),
    family: names("Sjöström Ångström Lindqvist Öberg Hägg Nyström"),
    order: "given",
    cities: [
      ["Malmö", "211 20"],
      ["Örebro", "702 10"],
    ],
    streets: ["Storgatan {n}", "Kärleksgången {n}", "Ängsvägen {n} B"],
    phone: "+46 8 465 004 ##",
  },
  {
    country: "IS",
    weight: 15,
    given: names("Þórdís Guðrún Ragnar Ásgeir Sæunn Björk"),
    family: names("Þorláksdóttir Eiríksson Guðmundsdóttir Ægisson"),
    order: "given",
    cities: [
      ["Reykjavík", "101"],
      ["Ísafjörður", "400"],
    ],
    streets: ["Þingholtsstræti {n}", "Skólavörðustígur {n}"],
    phone: "+354 000 ####",
  },
  {
    country: "TR",
    weight: 40,
    given: names("Çağla İbrahim Şebnem Oğuz Gülşah Işıl Ömer Tuğçe"),
    family: names("Yılmaz Şahin Çelik Öztürk Güneş Akıncı"),
    order: "given",
    cities: [
      ["İzmir", "35250"],
      ["Muğla", "48000"],
      ["Şanlıurfa", "63300"],
    ],
    streets: ["Gül Sokağı No: {n}", "Atatürk Caddesi {n}/3"],
    phone: "+90 212 000 ## ##",
  },
  {
    country: "BR",
    weight: 60,
    given: names("João Conceição Thaís Antônio Fátima Luís Débora Raíssa"),
    family: names("da_Silva Gonçalves Assunção Araújo Brandão dos_Santos Falcão"),
    order: "given",
    cities: [
      ["São Luís", "65010-000"],
      ["Maceió", "57020-000"],
      ["Florianópolis", "88010-000"],
    ],
    streets: ["Rua da Aurora, {n}", "Praça Tiradentes, {n} – apto. 12", "Travessa São João, {n}"],
    phone: "+55 11 0000-####",
  },
  {
    country: "VN",
    weight: 30,
    given: names("Thị_Hồng Văn_Đức Minh_Châu Quốc_Bảo Thùy_Dương Đình_Phúc"),
    family: names("Nguyễn Trần Phạm Đặng Võ Lê"),
    order: "family",
    cities: [
      ["Huế", "49000"],
      ["Đà Nẵng", "50000"],
    ],
    streets: ["{n} Đường Lê Lợi", "{n}/7 Hẻm Hoa Sữa"],
    phone: "+84 24 0000 ####",
  },
  {
    country: "UA",
    weight: 40,
    given: names("Оксана=oksana Тарас=taras Соломія=solomiya Єлизавета=yelyzaveta Андрій=andriy Богдана=bohdana"),
    family: names("Шевчук=shevchuk Ґалаґан=galagan Коваленко=kovalenko Щербина=shcherbyna Мельник=melnyk"),
    order: "given",
    cities: [
      ["Київ", "01001"],
      ["Львів", "79000"],
      ["Чернівці", "58000"],
    ],
    streets: ["вул. Хрещатик, {n}", "пров. Вишневий, {n}, кв. 5"],
    phone: "+380 44 000 ## ##",
  },
  {
    country: "GR",
    weight: 30,
    given: names("Ελένη=eleni Γιώργος=giorgos Δέσποινα=despina Νίκος=nikos Ξένια=xenia Οδυσσέας=odysseas"),
    family: names(
      "Παπαδόπουλος=papadopoulos Αγγελοπούλου=angelopoulou Ξενάκης=xenakis Θεοδωρίδη=theodoridi Ψαρράς=psarras",
    ),
    order: "given",
    cities: [
      ["Θεσσαλονίκη", "546 24"],
      ["Ηράκλειο", "712 01"],
    ],
    streets: ["Οδός Ερμού {n}", "Λεωφόρος Κηφισίας {n}"],
    phone: "+30 21 0000 ####",
  },
  {
    country: "IL",
    weight: 25,
    given: names("נועה=noa איתי=itai שירה=shira יהונתן=yehonatan תמר=tamar"),
    family: names("כהן=cohen לוי=levi בן־דוד=ben.david אבוטבול=abutbul שפירא=shapira"),
    order: "given",
    cities: [
      ["חיפה", "3109601"],
      ["באר שבע", "8410000"],
    ],
    streets: ["רחוב הרצל {n}", "שדרות ירושלים {n}"],
    phone: "+972 3 000 ####",
  },
  {
    country: "EG",
    weight: 40,
    given: names("فاطمة=fatima محمد=mohamed ياسمين=yasmine أحمد=ahmed نور=nour خالد=khaled"),
    family: names("عبد_الرحمن=abdelrahman المصري=elmasry حسن=hassan السيد=elsayed منصور=mansour"),
    order: "given",
    cities: [
      ["القاهرة", "11511"],
      ["الإسكندرية", "21500"],
    ],
    streets: ["شارع النيل {n}", "ميدان التحرير {n}"],
    phone: "+20 2 0000 ####",
  },
  {
    country: "IN",
    weight: 80,
    given: names("आरव=aarav प्रिया=priya कृष्ण=krishna अनन्या=ananya विक्रम=vikram दीक्षा=diksha"),
    family: names("शर्मा=sharma त्रिवेदी=trivedi मुखर्जी=mukherjee सिंह=singh चट्टोपाध्याय=chattopadhyay"),
    order: "given",
    cities: [
      ["वाराणसी", "221001"],
      ["जयपुर", "302001"],
      ["पुणे", "411001"],
    ],
    streets: ["{n}, गांधी मार्ग", "मकान सं. {n}, सेक्टर ९"],
    phone: "+91 11 0000 ####",
  },
  {
    country: "TH",
    weight: 20,
    given: names("สมชาย=somchai กัญญา=kanya ปิยะ=piya วรรณวิสา=wanvisa"),
    family: names("ศรีสุข=srisuk วงศ์สวัสดิ์=wongsawat ทองดี=thongdee"),
    order: "given",
    cities: [
      ["เชียงใหม่", "50200"],
      ["ภูเก็ต", "83000"],
    ],
    streets: ["{n} ถนนราชดำเนิน", "{n}/2 ซอยสุขใจ"],
    phone: "+66 2 000 ####",
  },
  {
    country: "CN",
    weight: 60,
    given: names("伟=wei 秀英=xiuying 梓涵=zihan 浩然=haoran 𠮷祥=jixiang 欣怡=xinyi"),
    family: names("王=wang 李=li 欧阳=ouyang 张=zhang 司马=sima 陈=chen"),
    order: "joined",
    cities: [
      ["成都市", "610000"],
      ["苏州市", "215000"],
    ],
    streets: ["人民路{n}号", "和平里东街{n}号3单元502室"],
    phone: "+86 10 0000 ####",
  },
  {
    country: "JP",
    weight: 40,
    given: names("蓮=ren さくら=sakura 陽菜=hina 健太郎=kentaro ユキ=yuki 美咲=misaki"),
    family: names("佐藤=sato 髙橋=takahashi 渡邉=watanabe 𠮷田=yoshida 小鳥遊=takanashi"),
    order: "family",
    cities: [
      ["京都市", "604-8571"],
      ["札幌市", "060-0001"],
    ],
    streets: ["中京区寺町通御池上る{n}番地", "北1条西{n}丁目"],
    phone: "+81 3 0000 ####",
  },
  {
    country: "KR",
    weight: 20,
    given: names("서연=seoyeon 민준=minjun 지우=jiwoo 하은=haeun"),
    family: names("김=kim 박=park 최=choi 남궁=namgung"),
    order: "joined",
    cities: [
      ["부산광역시", "48058"],
      ["전주시", "54999"],
    ],
    streets: ["해운대로 {n}", "한옥길 {n}번지"],
    phone: "+82 2 000 ####",
  },
];
