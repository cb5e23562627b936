/** What the sheet says about the commands, in the order of the work. */

import { gettext } from "../../i18n.js";
import { disposition, unitStatus } from "../words.js";

/** @returns {[string, string][]} */
export function commandHelp() {
  return [
    ["c …", gettext("take a call")],
    ["d 203 209", gettext("send these patrols to the selected incident; without numbers, those proposed")],
    ["203 209 #41877", gettext("send patrols to another incident")],
    [`203 ${unitStatus("meal")}`, gettext("report a status or a step of a patrol, or of several")],
    ["q 203 …", gettext("call a patrol off")],
    ["m 203 … · m all …", gettext("write to patrols; without one, to those on the selected incident")],
    ["k 203 … · k #41877 …", gettext("record contact with a patrol, or with all on an incident")],
    ["z", gettext("take back what was done last here")],
    ["t 10 … · t 203 22:30 …", gettext("be reminded in so many minutes, or at a time; t all 10 … of nothing in particular")],
    ["n … · n #41877 …", gettext("add a note to an incident")],
    [`x ${disposition("arrest")} …`, gettext("close the incident, with how it ended")],
    ["q …", gettext("cancel the incident")],
    ["r 1 …", gettext("regrade the incident, with the reason")],
    ["merge #41877", gettext("make the selected incident part of another")],
    ["split", gettext("take a caller out to an incident of its own")],
    ["p #41877 NI", gettext("offer the incident to another operations centre")],
    ["o 41877 …", gettext("reopen an incident that has ended")],
    ["g …", gettext("go to a patrol, an incident or a place")],
    ["f …", gettext("show only what has these words in it")],
    ["log", gettext("open the log of the shift")],
    ["log …", gettext("write into the log of the shift")],
    ["Tab · ↑", gettext("complete a word; bring back an earlier command")],
  ];
}
