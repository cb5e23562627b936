/** What goes over the wire, as the server's cards say it. Times are ISO 8601 in UTC, ids whole numbers. */

type Id = number;
type Iso = string;
type LonLat = [number, number];

interface Person {
  id: Id;
  name: string;
}

interface Target {
  measure: string;
  seconds: number;
  started_at?: Iso;
  due_at: Iso;
  stopped_at?: Iso | null;
}

interface IncidentCard {
  id: Id;
  number: string;
  type: { code: string; name: string };
  priority: number;
  first_priority: number;
  status: string;
  received_at: Iso;
  created_at: Iso;
  place: string;
  place_detail: string;
  location: LonLat | null;
  location_accuracy_m: number | null;
  summary: string;
  min_units: number;
  target: Target | null;
  on_view: boolean;
  organisation: Id;
  version: number;
  callers: number;
  first_dispatched_at: Iso | null;
  first_on_scene_at: Iso | null;
  opened_by: Person | null;
}

interface AssignmentCard {
  id: Id;
  incident: Id;
  number: string;
  unit: Id;
  call_sign: string;
  status: string;
  dispatched_at: Iso | null;
  acknowledged_at: Iso | null;
  en_route_at: Iso | null;
  on_scene_at: Iso | null;
  action_taken_at: Iso | null;
  ended_at: Iso | null;
  eta_s: number | null;
  eta_at: Iso | null;
  eta_source: "route" | "straight" | null;
  version: number;
}

interface MessageReceipt {
  user: Id | null;
  name: string;
  call_sign: string | null;
  delivered_at: Iso;
  read_at: Iso | null;
}

interface MessageCard {
  id: Id;
  board: Id;
  from_unit: Id | null;
  call_sign: string | null;
  to: "centre" | "units" | "incident" | "board";
  units: { unit: Id; call_sign: string }[];
  incident: Id | null;
  text: string;
  by: { id: Id | null; name: string };
  at: Iso;
  recorded_at: Iso;
  receipts: MessageReceipt[];
}

type Availability = "available" | "conditional" | "unavailable";

interface UnitCard {
  id: Id;
  call_sign: string;
  organisation: Id;
  station: string;
  sector: string | null;
  kind: string;
  availability: Availability;
  status: string;
  status_since: Iso;
  on_duty: boolean;
  crew: number;
  crew_names: string[];
  vehicle: string | null;
  /** What the crew found at sign-on; null where nothing was checked. */
  equipment: { checked: number; missing: { name: string; note: string }[] } | null;
  skills: string[];
  welfare: Welfare | null;
  version: number;
}

interface Welfare {
  id: Id;
  stage: "running" | "unit" | "dispatcher" | "commander";
  kind: string | null;
  started_at: Iso;
  due_at: Iso;
  dispatcher_at: Iso;
  commander_at: Iso;
}

interface BackupCard {
  id: Id;
  incident: Id;
  number: string;
  unit: Id;
  call_sign: string;
  level: "routine" | "urgent";
  reason: string;
  wanted: number;
  needed: number;
  requested_at: Iso;
  presses: number;
  escalated_at: Iso | null;
  status: string;
}

interface AlarmStep {
  step: string;
  text: string;
  at: Iso;
  by: string;
}

interface Position {
  unit: Id;
  lon: number;
  lat: number;
  at: Iso;
  accuracy_m: number | null;
  heading_deg: number | null;
  speed_mps: number | null;
}

interface AlarmCard {
  id: Id;
  unit: Id;
  call_sign: string;
  is_drill: boolean;
  raised_at: Iso;
  crew_names: string[];
  presses: number;
  escalated_at: Iso | null;
  position: { lon: number; lat: number; at: Iso; accuracy_m: number | null } | null;
  acknowledged_at: Iso | null;
  acknowledged_by: { id: Id | null; name: string } | null;
  steps: AlarmStep[];
  resolved_at: Iso | null;
}

interface ReminderCard {
  id: Id;
  incident: Id | null;
  number: string | null;
  unit: Id | null;
  call_sign: string | null;
  text: string;
  set_at: Iso;
  set_by: { id: Id | null; name: string };
  due_at: Iso;
  snoozes: number;
  version: number;
}

interface HandoverCard {
  id: Id;
  incident: Id;
  number: string;
  type: { code: string; name: string };
  priority: number;
  place: string;
  place_detail: string;
  location: LonLat | null;
  summary: string;
  received_at: Iso;
  callers: number;
  from_board: Person;
  to_board: Person;
  status: "offered" | "accepted" | "refused" | "timed_out" | "withdrawn";
  text: string;
  reason: string;
  offered_at: Iso;
  offered_by: Person;
  expires_at: Iso;
  answered_at: Iso | null;
  answered_by: Person | null;
}

interface WatchAlarmCard {
  id: Id;
  kind: string;
  name: string;
  area: string | null;
  unit: Id | null;
  call_sign: string | null;
  position: { lon: number; lat: number } | null;
  since: Iso;
  raised_at: Iso;
}

interface EntryCard {
  id: Id;
  version: number;
  begun_at: Iso;
  begun_by: Person;
  place: string;
  type: string;
  priority: string;
  summary: string;
  location: LonLat | null;
  changed_at: Iso | null;
  changed_by: Person | null;
}

interface Collections {
  watch_alarms: WatchAlarmCard;
  incidents: IncidentCard;
  assignments: AssignmentCard;
  units: UnitCard;
  alarms: AlarmCard;
  handovers: HandoverCard;
  reminders: ReminderCard;
  entries: EntryCard;
  backups: BackupCard;
}

type CollectionName = keyof Collections;

interface Snapshot {
  board: { id: Id; organisation: Id; name: string; center: LonLat | null; zoom: number; bounds?: [LonLat, LonLat] | number[] | null };
  seq: number;
  now: Iso;
  incidents: Record<string, IncidentCard>;
  assignments: Record<string, AssignmentCard>;
  units: Record<string, UnitCard>;
  alarms: Record<string, AlarmCard>;
  handovers: Record<string, HandoverCard>;
  reminders: Record<string, ReminderCard>;
  entries: Record<string, EntryCard>;
  backups: Record<string, BackupCard>;
  watch_alarms: Record<string, WatchAlarmCard>;
  positions: Record<string, Position>;
}

interface LiveEvent {
  type: "event";
  board: Id;
  seq: number;
  kind: string;
  at: Iso;
  recorded_at: Iso;
  by: Person | null;
  data: Record<string, unknown>;
  upserts: { [Name in CollectionName]?: Collections[Name][] };
  removes: { [Name in CollectionName]?: Id[] };
}

interface ReplayUnit {
  id: Id;
  call_sign: string;
  sector: string | null;
  kind: string;
  statuses: { at: Iso; status: string; availability: string }[];
}

interface ReplayIncident {
  id: Id;
  number: string;
  type: { code: string; name: string };
  priority: number;
  priorities: { at: Iso; priority: number }[];
  place: string;
  location: LonLat | null;
  open: [Iso, Iso | null][];
}

interface ReplayAssignment {
  id: Id;
  incident: Id;
  number: string;
  unit: Id;
  dispatched_at: Iso | null;
  en_route_at: Iso | null;
  on_scene_at: Iso | null;
  action_taken_at: Iso | null;
  ended_at: Iso | null;
}

interface ReplayOfBoard {
  board: Snapshot["board"];
  from: Iso;
  to: Iso;
  units: ReplayUnit[];
  incidents: ReplayIncident[];
  assignments: ReplayAssignment[];
  alarms: { id: Id; unit: Id; is_drill: boolean; raised_at: Iso; acknowledged_at: Iso | null; resolved_at: Iso | null }[];
}

interface EventPage {
  head: number;
  events: LiveEvent[];
  complete: boolean;
}

interface Hello {
  type: "hello";
  board: Id;
  head: number;
  now: Iso;
  heartbeat_s: number;
}

interface Heartbeat {
  type: "heartbeat";
  head: number;
  now: Iso;
  news: "live" | "polling" | "none";
}

type SocketMessage =
  | Hello
  | Heartbeat
  | LiveEvent
  | { type: "positions"; now: Iso; positions: Position[] }
  | { type: "resync"; head: number }
  | { type: "bye"; code: string; reason: string }
  | { type: "pong"; now: Iso };

interface Reason {
  code: string;
  text: string;
}

interface Suggestion {
  unit: Id;
  call_sign: string;
  eta_s: number | null;
  distance_m: number | null;
  eta_source: "route" | "straight" | null;
  fix_age_s: number | null;
  rank: number;
  recommended: boolean;
  conditional: boolean;
  breaks_off: { assignment: Id; incident: Id | null; number: string | null; place: string | null; priority: number; status: string } | null;
  leaves: { sector: string; free_left: number } | null;
  reasons: Reason[];
}

interface LeftOut {
  unit: Id;
  call_sign: string;
  reasons: Reason[];
  eta_s: number | null;
  eta_source: "route" | "straight" | null;
  fix_age_s: number | null;
}

interface Combination {
  units: Id[];
  first_eta_s: number | null;
  last_eta_s: number | null;
  lacking: number;
  missing_skills: string[];
}

interface Recommendation {
  incident: Id;
  computed_at: Iso;
  routing: "route" | "straight" | "none";
  min_units: number;
  combination: Combination;
  units: Suggestion[];
  left_out: LeftOut[];
}

interface Call {
  id: Id;
  phone: string;
  caller_name: string;
  text: string;
  channel: string;
  received_at: Iso;
}

interface Hazard {
  id: Id;
  kind: string;
  place_detail: string;
  author: string;
  expires_at: Iso;
}

interface Known {
  incidents: IncidentCard[];
  hazards: Hazard[];
}

interface Answer {
  question: string;
  value: any;
  version: number;
  by: string;
  at: Iso;
}

interface Question {
  code: string;
  kind: "yes_no" | "choice" | "number" | "text";
  text: string;
  texts: Record<string, string>;
  choices: { code: string; names: Record<string, string> }[];
  raises: Record<string, number>;
}

interface IncidentDetail extends IncidentCard {
  answers?: Answer[];
  calls?: Call[];
}

interface TimelineEntry {
  id?: Id;
  at: Iso;
  recorded_at: Iso;
  kind: string;
  by: Person | string | null;
  text: string;
  data: Record<string, unknown>;
}

interface GazetteerEntry {
  id: number | null;
  kind: string;
  name: string;
  name_latin: string;
  detail: string;
  lon: number;
  lat: number;
  score: number;
}

interface IncidentType {
  code: string;
  name: string;
  names: Record<string, string>;
  plan: Record<string, string>;
  questions: Question[];
  priority: number;
  min_units: number;
}

interface Disposition {
  code: string;
  name: string;
  names: Record<string, string>;
  types: string[];
}

interface Page {
  name: string;
  address: string;
}

interface PageSettings {
  board: Id;
  boards: { id: Id; name: string }[];
  user: { id: Id; name: string; roles: string[] };
  permissions: string[];
  language: string;
  languages: { code: string; name: string }[];
  theme: "night" | "day" | "auto";
  time_zone: string;
  pages: Page[];
  layout: Layout;
  /** How long what was done last may be taken back. */
  undo_s: number;
}

interface Layout {
  panels: { name: string; share: number; hidden: boolean }[];
  layers: Record<string, boolean>;
  muted: string[];
}

interface Coverage {
  minutes: number;
  computed_at: Iso;
  units: number;
  pending: number;
  uncounted: number;
  geometry: GeoJSON.MultiPolygon | null;
}

type Topic =
  | "incidents"
  | "assignments"
  | "units"
  | "alarms"
  | "handovers"
  | "reminders"
  | "entries"
  | "backups"
  | "watch_alarms"
  | "trail"
  | "positions"
  | "messages"
  | "desk"
  | "detail"
  | "live"
  | "commands"
  | "language"
  | "skills"
  | "theme"
  | "layout"
  | "ground"
  | "field";

/** Django's catalogue of messages, as `/jsi18n/` leaves it. */
interface DjangoCatalogue {
  catalog?: Record<string, string | string[]>;
  gettext?: (text: string) => string;
  ngettext?: (one: string, many: string, count: number) => string;
  pgettext?: (context: string, text: string) => string;
}

// eslint-disable-next-line no-var
declare var django: DjangoCatalogue | undefined;

interface HTMLElementTagNameMap {
  "call-form": import("./console/call-form.js").CallForm;
  "ended-list": import("./console/ended-list.js").EndedList;
  "combo-box": import("./console/combo-box.js").ComboBox;
  "command-line": import("./console/command-line.js").CommandLine;
  "unit-map": import("./console/unit-map.js").UnitMap;
}
