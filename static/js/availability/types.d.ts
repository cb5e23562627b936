/** What the page of availability reads. */

interface DutySegment {
  start: string;
  end: string;
  status: string;
  availability: "available" | "conditional" | "unavailable";
  incident: number | null;
  number: string | null;
}

interface AvailableUnit {
  id: number;
  call_sign: string;
  station: string;
  sector: string;
  status: string;
  planned: { id: number; starts_at: string; ends_at: string; state: string; sector: string | null; crew: string[] }[];
  duty: DutySegment[];
}

interface AvailableHour {
  start: string;
  end: string;
  past: { available: number; conditional: number; busy: number; out: number } | null;
  least: number;
  needed: number;
}

interface StaffingGap {
  organisation: number;
  name: string;
  area: string | null;
  skill: string;
  start: string;
  end: string;
  has: number;
  needs: number;
  warned_at: string | null;
}

interface AvailabilityData {
  time_zone: string;
  starts_at: string;
  ends_at: string;
  now: string;
  counts: { planned: number; on_duty: number; available: number; conditional: number; busy: number; out: number };
  units: AvailableUnit[];
  hours: AvailableHour[];
  gaps: StaffingGap[];
  has_minimums: boolean;
}

interface SplitGroup {
  key: string;
  name: string;
  seconds: Record<string, number>;
  total_s: number;
}

interface TimeSplit {
  time_zone: string;
  by: string;
  groups: SplitGroup[];
  total: SplitGroup;
}

interface PlanAndFact {
  time_zone: string;
  shifts: {
    shift: number;
    call_sign: string;
    station: string;
    starts_at: string;
    ends_at: string;
    came_at: string | null;
    left_at: string | null;
    outcome: string;
    late_s: number | null;
    early_s: number | null;
    sector: string | null;
    sector_minutes: number | null;
    sector_visits: number | null;
  }[];
  areas: { area: number; code: string; name: string; shifts: number; minutes: number; visits: number; unvisited: boolean }[];
  tasks: {
    task: number;
    kind: string;
    call_sign: string;
    area: string | null;
    place: string;
    starts_at: string;
    ends_at: string;
    minutes_planned: number;
    minutes: number;
    visits: number;
    outcome: string;
  }[];
}
