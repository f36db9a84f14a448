#!/usr/bin/env python3
"""Reckons the reports once more, from the exported table of tickets, by nothing but Python's own library,
and compares. Usage: check_reports.py FOLDER NOW_MS [-v]; the folder holds tickets.csv, measures.json, heat.json
and summary-*.json as the service answered. Exit 1 and a list where something differs."""

import csv
import json
import pathlib
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

FOLDER, NOW_MS = pathlib.Path(sys.argv[1]), int(sys.argv[2])
VERBOSE = "-v" in sys.argv[3:]
ZONE = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
wrong = []
compared = 0


def ms(text):
    """A time of RFC 3339 in whole milliseconds."""
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) // timedelta(milliseconds=1)


def local(at_ms):
    return (EPOCH + timedelta(milliseconds=at_ms)).astimezone(ZONE)


class Ticket:
    def __init__(self, line):
        self.line = line
        self.counted = line["counted"] == "1"
        self.emergency = line["emergency"] == "1"
        self.received = ms(line["received"])
        self.local = local(self.received)
        self.went = [who for who in line["went"].split(";") if who]

    def at(self, name):
        return ms(self.line[name]) if self.line[name] else None

    def took(self, begin, end):
        begin, end = self.at(begin), self.at(end)
        return None if begin is None or end is None else max(end - begin, 0) / 1000


def percentile(numbers, part):
    numbers = sorted(numbers)
    at = part * (len(numbers) - 1)
    low = int(at)
    high = min(low + 1, len(numbers) - 1)
    return numbers[low] + (numbers[high] - numbers[low]) * (at - low)


def standing(ticket, measure):
    """inside, outside, pending or nothing, as GET /v1/measures defines it."""
    if measure["population"] != "all" and not ticket.emergency:
        return None
    if measure["population"] == "attended_emergencies" and ticket.at("on_scene") is None:
        return None
    begin, end = ticket.at(measure["from"]), ticket.at(measure["to"])
    if begin is None:
        return None
    if end is not None:
        return "inside" if max(end - begin, 0) <= measure["within_s"] * 1000 else "outside"
    if ticket.at("closed") is not None and measure["from"] != "closed":
        return None
    return "outside" if max(NOW_MS - begin, 0) > measure["within_s"] * 1000 else "pending"


PHASES = {
    "answer": ("received", "answered"),
    "offer": ("received", "first_offered"),
    "accept": ("first_offered", "accepted"),
    "arrive": ("first_offered", "on_scene"),
    "close": ("received", "closed"),
    "reach": ("received", "on_scene"),
}
FALSE_ALARMS = ("accidental", "device_fault", "nuisance")


def row(tickets, offers_of, measures):
    def count(yes):
        return sum(1 for ticket in tickets if yes(ticket))

    def spread(numbers, parts=(50, 90, 99)):
        shown = {"n": len(numbers)}
        for part in parts:
            shown[f"p{part}_s"] = percentile(numbers, part / 100) if numbers else None
        return shown

    shown = {
        "tickets": len(tickets),
        "emergencies": count(lambda it: it.emergency),
        "attended": count(lambda it: it.emergency and it.at("on_scene") is not None),
        "false_alarms": count(lambda it: it.line["outcome"] in FALSE_ALARMS),
        "accidental": count(lambda it: it.line["outcome"] == "accidental"),
        "escalated": count(lambda it: it.line["escalated_to"] != ""),
        "reopened": count(lambda it: it.line["reopened"] != "0"),
        "complaints": count(lambda it: it.line["complaints"] != "0"),
        "called_back": count(lambda it: it.at("followed_up") is not None),
    }
    shown["measures"] = {}
    for measure in measures:
        stand = [standing(ticket, measure) for ticket in tickets]
        counts = {side: stand.count(side) for side in ("inside", "outside", "pending")}
        known = counts["inside"] + counts["outside"]
        share = counts["inside"] / known if known else None
        met = None if share is None or measure["target"] is None else share >= measure["target"]
        shown["measures"][measure["key"]] = {
            **counts, "share": share, "target": measure["target"], "met": met}
    shown["phases"] = {}
    for name, (begin, end) in PHASES.items():
        took = [ticket.took(begin, end) for ticket in tickets]
        shown["phases"][name] = spread([s for s in took if s is not None])
    ways = [(float(it.line["way_s"]), float(it.line["eta_s"])) for it in tickets if it.line["way_s"]]
    errors = [way - eta for way, eta in ways]
    shown["eta_error"] = spread(errors, (50, 90))
    late = sum(1 for error in errors if error > 120)
    shown["eta_error"]["late_share"] = late / len(errors) if errors else None
    shown["offers"] = {
        what: sum(int(it.line[f"offers_{what}"]) for it in offers_of)
        for what in ("asked", "accepted", "declined", "expired", "withdrawn")}
    grades = [int(it.line["satisfaction"]) for it in tickets if it.line["satisfaction"]]
    shown["satisfaction"] = {
        "n": len(grades), "mean": sum(grades) / len(grades) if grades else None}
    return shown


def keys(ticket, by):
    at = ticket.local
    if by == "hour":
        return [at.strftime("%Y-%m-%dT%H:00")]
    if by == "day":
        return [at.strftime("%Y-%m-%d")]
    if by == "week":
        return [(at - timedelta(days=at.weekday())).strftime("%Y-%m-%d")]
    if by == "month":
        return [at.strftime("%Y-%m")]
    if by == "village":
        return [ticket.line["village"].strip() or "unknown"]
    if by == "category":
        return [ticket.line["categories"] or "unknown"]
    if by == "ring":
        return [ticket.line["ring_min"]]
    assert by == "responder", by
    return ticket.went


def compare(where, ours, theirs):
    """Compares what was reckoned here with what the service said."""
    global compared
    if isinstance(ours, dict):
        if not isinstance(theirs, dict) or set(ours) != set(theirs):
            wrong.append(f"{where}: {sorted(ours)} here, {theirs} there")
            return
        for key in ours:
            compare(f"{where}/{key}", ours[key], theirs[key])
        return
    compared += 1
    both = isinstance(ours, (int, float)) and isinstance(theirs, (int, float))
    same = abs(ours - theirs) < 1e-6 if both else ours == theirs
    if not same:
        wrong.append(f"{where}: {ours} here, {theirs} there")


def check(report, tickets, measures):
    by = report["by"]
    begin, end = ms(report["from"]), ms(report["to"])
    tickets = [it for it in tickets if begin <= it.received < end and it.counted]
    compare(f"{by}/total", row(tickets, tickets, measures), report["total"])
    groups = {}
    for ticket in tickets:
        for key in keys(ticket, by):
            groups.setdefault(key, []).append(ticket)
    told = {group["key"]: group["row"] for group in report["groups"]}
    if by == "responder":
        # Who was asked and never went is there with offers alone; whose offers are whose the table of
        # tickets does not say, but all of them are somebody's.
        for key in [key for key in told if key not in groups]:
            assert told[key]["offers"]["asked"] > 0, key
            groups[key] = []
        asked = sum(it["offers"]["asked"] for it in told.values())
        compare("responder/asked", asked, report["total"]["offers"]["asked"])
    if set(groups) != set(told):
        wrong.append(f"{by}: groups {sorted(set(groups) ^ set(told))[:5]} are on one side only")
    if by in ("hour", "day", "week", "month"):
        order = [group["key"] for group in report["groups"]]
        compare(f"{by}/order", sorted(order), order)
    for key in sorted(set(groups) & set(told)):
        ours, theirs = row(groups[key], groups[key], measures), dict(told[key])
        if by == "responder":
            ours["offers"] = theirs["offers"]
        compare(f"{by}/{key}", ours, theirs)
    if VERBOSE:
        total = report["total"]
        inside = total["measures"]["on_scene_30min"]["share"] or 0.0
        p90 = total["phases"]["reach"]["p90_s"] or 0.0
        print(f"{by:>10} {len(groups):>7} {total['tickets']:>8} {inside:>9.4f} {p90:>10.3f}")


def heat(tickets, told):
    for name, yes in (
        ("all", lambda it: True),
        ("emergencies", lambda it: it.emergency),
        ("false_alarms", lambda it: it.line["outcome"] in FALSE_ALARMS),
    ):
        week = [[0] * 24 for _ in range(7)]
        for ticket in tickets:
            if ticket.counted and yes(ticket):
                week[ticket.local.weekday()][ticket.local.hour] += 1
        compare(f"heat/{name}", week, told[name])


def devices(tickets, told):
    work = [it for it in tickets if it.line["kind"] == "equipment" and it.line["outcome"] not in ("test", "duplicate")]
    done = [ticket for ticket in work if ticket.line["outcome"]]
    named = ("no_credit", "switched_off", "sim_changed", "lost", "unused")
    counts = {"device_work": len(work), "device_work_open": len(work) - len(done)}
    for cause in named:
        counts[f"device_{cause}"] = sum(it.line["cause"] == cause for it in done)
    counts["device_unexplained"] = sum(it.line["cause"] == "" for it in done)
    counts["device_other"] = len(done) - sum(counts[key] for key in counts if key not in ("device_work", "device_work_open"))
    for line in told["counts"]:
        compare(f"devices/{line['key']}", counts.pop(line["key"]), line["tickets"])
    compare("devices: no other counts", {}, counts)
    took = sorted((it.at("closed") - it.received) / 1000 for it in work if it.at("closed") is not None)
    compare("devices/took/n", len(took), told["took"]["n"])
    for part in (50, 90, 99):
        compare(f"devices/took/p{part}_s", percentile(took, part / 100) if took else None, told["took"][f"p{part}_s"])


def main():
    with open(FOLDER / "tickets.csv", encoding="utf-8", newline="") as file:
        tickets = [Ticket(line) for line in csv.DictReader(file)]
    measures = json.loads((FOLDER / "measures.json").read_text())
    for ticket in tickets:
        shown = ticket.local.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ticket.received % 1000:03}"
        compare("received_local", shown, ticket.line["received_local"])
    order = [(ticket.received, int(ticket.line["number"])) for ticket in tickets]
    compare("order", sorted(order), order)
    if VERBOSE:
        print(f"{'by':>10} {'groups':>7} {'tickets':>8} {'in 30 min':>9} {'reach p90':>10}")
    for file in sorted(FOLDER.glob("summary-*.json")):
        check(json.loads(file.read_text()), tickets, measures)
    heat(tickets, json.loads((FOLDER / "heat.json").read_text()))
    devices(tickets, json.loads((FOLDER / "devices.json").read_text()))
    for line in wrong[:20]:
        print("DIFFERS", line)
    print(f"{len(tickets)} tickets, {compared} figures compared, {len(wrong)} differ")
    return 1 if wrong else 0


sys.exit(main())
