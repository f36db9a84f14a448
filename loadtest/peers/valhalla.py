"""Asks Valhalla what the part `roads` asks us: usage: valhalla.py EXTRACT FOLDER QUESTIONS ANSWERS

Builds Valhalla's tiles of the extract in the folder, times who of the people is nearest to each door
by its matrix, and reckons the time and the length of the way of each pair. Questions and answers are
JSON: places are [lat, lon], ways of travelling are Valhalla's costings.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

import valhalla

OPTIONS = {
    "pedestrian": {"walking_speed": 4.5},
    "bicycle": {"cycling_speed": 20.0},
    "auto": {},
}


def build(extract, folder):
    """Builds the tiles; returns an actor on them and the seconds that took."""
    tiles = pathlib.Path(folder, "tiles")
    tiles.mkdir(parents=True, exist_ok=True)
    config = valhalla.get_config(tile_extract="", tile_dir=str(tiles))
    file = pathlib.Path(folder, "valhalla.json")
    file.write_text(json.dumps(config))
    run = [sys.executable, "-m", "valhalla", "print_bin_path"]
    programs = subprocess.run(run, check=True, capture_output=True, text=True).stdout.strip()
    begun = time.perf_counter()
    program = pathlib.Path(programs, "valhalla_build_tiles")
    # It leaves notes where it is run.
    where, roads = os.path.dirname(os.path.abspath(file)), os.path.abspath(extract)
    subprocess.run(
        [program, "-c", os.path.abspath(file), roads], check=True, cwd=where, stdout=subprocess.DEVNULL
    )
    return valhalla.Actor(file), time.perf_counter() - begun


def place(at):
    return {"lat": at[0], "lon": at[1]}


def costed(costing, request):
    """Returns a request with how one travels, as text: what is timed must not write JSON."""
    options = {costing: OPTIONS[costing]}
    return json.dumps({**request, "costing": costing, "costing_options": options})


def matrix(actor, request):
    """Returns the answer as text, None where it finds no way at all, which it takes for a mistake."""
    try:
        return actor.matrix(request)
    except RuntimeError:
        return None


def nearest(actor, people, door):
    """Returns the five nearest, and the milliseconds: a matrix for each way of travelling."""
    asked = []
    for costing in OPTIONS:
        who = [n for n, (_, _, by) in enumerate(people) if by == costing]
        if who:
            sources = [place(people[n]) for n in who]
            request = {"sources": sources, "targets": [place(door)]}
            asked.append((who, costed(costing, request)))
    begun = time.perf_counter()
    answers = [(who, matrix(actor, request)) for who, request in asked]
    took_ms = (time.perf_counter() - begun) * 1_000
    times = []
    for who, answer in answers:
        if answer is None:
            continue
        rows = json.loads(answer)["sources_to_targets"]
        times += [(row[0]["time"], n) for n, row in zip(who, rows) if row[0]["time"] is not None]
    return sorted(times)[:5], took_ms


def way(actor, start, end, costing):
    """Returns seconds and metres, None where there is no way."""
    request = costed(costing, {"locations": [place(start), place(end)]})
    try:
        summary = json.loads(actor.route(request))["trip"]["summary"]
    except (RuntimeError, ValueError):
        return None
    return [summary["time"], summary["length"] * 1_000]


def resident_mib():
    with open("/proc/self/status", encoding="ascii") as status:
        lines = [line.split() for line in status]
    return next((int(line[1]) / 1_024 for line in lines if line[0] == "VmRSS:"), 0.0)


def main():
    extract, folder, questions, answers = sys.argv[1:5]
    asked = json.loads(pathlib.Path(questions).read_text(encoding="utf-8"))
    actor, build_s = build(extract, folder)
    people, doors = asked["people"], asked["doors"]
    for door in doors[:3]:
        nearest(actor, people, door)
    found = [nearest(actor, people, door) for door in doors]
    answer = {
        "version": valhalla.__version__,
        "build_s": build_s,
        "nearest_ms": [took_ms for _, took_ms in found],
        "short": sum(len(five) < 5 for five, _ in found),
        "ways": [way(actor, *pair) for pair in asked["pairs"]],
        "resident_mib": resident_mib(),
    }
    pathlib.Path(answers).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
