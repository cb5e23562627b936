/** What the pages of the shift plan and of availability know; times are ISO 8601 in UTC. */

interface PlanNamed {
  id: number;
  name: string;
}

interface PlanViolation {
  key: string;
  rule: string;
  text: string;
  other: number | null;
  may_be_overridden: boolean;
  reason: string;
  reason_by: string;
}

interface PlanTask {
  id: number | null;
  kind: string;
  area: PlanNamed | null;
  place: string;
  starts_at: string;
  ends_at: string;
  minutes: number;
  text: string;
}

interface PlanShift {
  id: number;
  unit: number;
  call_sign: string;
  organisation: number;
  station: string;
  state: "draft" | "published" | "cancelled";
  starts_at: string;
  ends_at: string;
  vehicle: { id: number; plate: string } | null;
  crew: { id: number; name: string; badge: string }[];
  sector: PlanNamed | null;
  team: PlanNamed | null;
  skills_needed: string[];
  equipment: string[];
  note: string;
  tasks: PlanTask[];
  published_at: string | null;
  version: number;
  violations: PlanViolation[];
}

interface PlanUnit {
  id: number;
  call_sign: string;
  organisation: number;
  station: string;
  kind: string;
  sector: string;
  skills: string[];
}

interface PlanTeam {
  id: number;
  name: string;
  anchor: string;
  pattern: { name: string; hours: number[]; starts: string };
  units: string[];
}

interface PlanChoices {
  units: PlanUnit[];
  officers: { id: number; name: string; badge: string; skills: string[] }[];
  vehicles: { id: number; plate: string }[];
  areas: { id: number; name: string; kind: string; code: string }[];
  teams: PlanTeam[];
  may_edit: boolean;
}

interface PlanData {
  organisation: number;
  time_zone: string;
  starts_at: string;
  ends_at: string;
  shifts: PlanShift[];
}

interface PlanRevision {
  id: number;
  kind: "published" | "changed" | "cancelled";
  before: PlanShift | null;
  after: PlanShift;
  reason: string;
  at: string;
  by_name: string;
}

/** Where a shift is while it is dragged or nudged, before it is kept. */
interface PlanMove {
  id: number;
  unit: number;
  start: number;
  end: number;
}
