/**
 * The words that the command line knows, in all languages at once: whoever thinks in one and reads another is understood.
 * Words are written in Latin without diacritics (see `fold`); what is typed is folded before it is looked up, so both
 * scripts, any case and a missing hook are alike. Pure.
 */

/**
 * @typedef {"send" | "status" | "note" | "message" | "timer" | "contact" | "find" | "go" | "call" | "close" | "cancel" |
 *   "regrade" | "merge" | "split" | "handover" | "reopen" | "undo" | "log" | "help"} Verb
 */

/** Verbs with their letter and their words: English, Serbian, Slovenian. @type {Record<Verb, {letter: string, words: string[]}>} */
export const VERBS = {
  send: { letter: "d", words: ["dispatch", "send", "posalji", "salji", "uputi", "poslji", "napoti"] },
  status: { letter: "s", words: ["status", "stanje"] },
  note: { letter: "n", words: ["note", "beleska", "zabelezi", "napomena", "opomba", "zaznamek"] },
  message: { letter: "m", words: ["message", "msg", "tell", "poruka", "poruci", "javi", "sporocilo", "sporoci"] },
  timer: { letter: "t", words: ["timer", "remind", "tajmer", "podseti", "podsetnik", "casovnik", "opomni", "opomnik"] },
  contact: { letter: "k", words: ["contact", "kontakt", "javila", "stik", "oglasila"] },
  find: { letter: "f", words: ["find", "search", "filter", "nadji", "trazi", "najdi", "isci"] },
  go: { letter: "g", words: ["go", "goto", "show", "idi", "pokazi", "prikazi", "pojdi"] },
  call: { letter: "c", words: ["call", "new", "poziv", "novi", "nov", "klic", "novo"] },
  close: { letter: "x", words: ["close", "zatvori", "okoncaj", "zapri", "zakljuci"] },
  cancel: { letter: "q", words: ["cancel", "otkazi", "ponisti", "preklici"] },
  regrade: { letter: "r", words: ["regrade", "priority", "prioritet", "stepen", "prednost", "prioriteta"] },
  merge: { letter: "", words: ["merge", "join", "spoji", "zdruzi"] },
  split: { letter: "", words: ["split", "razdvoj", "odvoji", "loci"] },
  handover: { letter: "p", words: ["handover", "pass", "transfer", "predaj", "ustupi", "odstopi"] },
  reopen: { letter: "o", words: ["reopen", "otvori", "ponovo", "odpri", "znova"] },
  undo: { letter: "z", words: ["undo", "opozovi", "vrati", "razveljavi"] },
  log: { letter: "", words: ["log", "journal", "dnevnik", "knjiga"] },
  help: { letter: "?", words: ["help", "pomoc", "keys", "tasteri", "tipke"] },
};

/** Verbs after which everything is free text, once patrols and incidents that stand first are taken. */
export const WITH_TEXT = new Set(["note", "timer", "message", "find", "go", "call", "cancel", "reopen", "regrade", "close", "handover", "log"]);

/** Statuses of patrols and steps of jobs. @type {Record<string, string[]>} */
export const STATUSES = {
  on_patrol: ["on patrol", "patrol", "free", "available", "na terenu", "slobodna", "slobodan", "patrola", "prosta", "na obhodu"],
  at_station: ["at the station", "station", "u stanici", "stanica", "na postaji", "postaja"],
  acknowledged: ["acknowledged", "ack", "potvrdila", "potvrdjeno", "primila", "potrdila", "sprejela"],
  en_route: ["on the way", "en route", "enroute", "way", "na putu", "krenula", "putuje", "na poti", "pot"],
  on_scene: ["on the scene", "on scene", "scene", "arrived", "na licu mesta", "na mestu", "stigla", "na kraju", "prispela"],
  action_taken: ["action taken", "action", "mere preduzete", "mere", "postupila", "ukrep izveden", "ukrep", "ukrepala"],
  cleared: ["cleared", "clear", "done", "oslobodjena", "zavrsila", "gotova", "sproscena", "koncala"],
  cancelled: ["called off", "off", "opozvana", "opozvati", "odpoklicana", "odpoklic"],
  refused: ["refused", "odbila", "zavrnila"],
  staging: ["standing by", "standby", "staging", "u pripravnosti", "pripravnost", "v pripravljenosti", "pripravljenost"],
  traffic_stop: ["traffic stop", "traffic", "kontrola saobracaja", "kontrola prometa", "kontrola"],
  transport: ["transport", "prevoz", "sprovodjenje", "privedba"],
  court: ["at court", "court", "na sudu", "sud", "na sodiscu", "sodisce"],
  meal: ["meal break", "meal", "break", "pauza", "obrok", "odmor", "malica"],
  report_writing: ["writing a report", "report", "pise izvestaj", "izvestaj", "pise porocilo", "porocilo"],
  out_of_service: ["out of service", "oos", "van upotrebe", "van sluzbe", "kvar", "izven uporabe", "izven sluzbe", "okvara"],
};

/** How incidents end. @type {Record<string, string[]>} */
export const DISPOSITIONS = {
  resolved: ["resolved on the spot", "resolved", "reseno na licu mesta", "reseno", "reseno na kraju"],
  report: ["report taken", "report", "primljena prijava", "prijava", "sprejeta prijava"],
  arrest: ["arrest", "lisenje slobode", "lisenje", "uhapsen", "odvzem prostosti", "odvzem"],
  warning: ["warning given", "warning", "upozorenje", "opozorilo"],
  unfounded: ["unfounded", "neosnovano", "neutemeljeno"],
  gone: ["nobody found", "gone", "niko nije zatecen", "niko", "nihce ni najden", "nihce"],
  handed_over: ["handed over to another service", "handed over", "predato drugoj sluzbi", "predato", "predano drugi sluzbi", "predano"],
  other: ["other", "drugo"],
};

/** Everybody, as whom a message goes to. */
export const EVERYBODY = new Set(["all", "everybody", "svi", "svima", "sve", "vsi", "vse", "vsem"]);

/** Small words that join patrols and carry nothing. */
export const JOINTS = new Set(["and", "i", "in", "ter"]);
/** Small words that carry nothing between patrols and incidents. */
export const FILLERS = new Set(["to", "into", "with", "on", "u", "na", "sa", "v", "k", "->", "→"]);
