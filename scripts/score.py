#!/usr/bin/env python3
"""Score a reader of workbooks against labelled public workbooks (truth.json), one outcome a workbook.

    score.py FILES [--truth truth.json] [--command kpireport] [--only NAME...] [--json OUT]

FILES is the folder with the labelled workbooks: `make world` says how to bring them.
The reader is asked by one command, which prints one JSON object:
    kpireport check WORKBOOK --format json --facts [--answers ANSWERS.json]
        facts      [{cell, name, part: {title: value}, period, series, value, unit, pending: [question ids]}]
                   a figure made of several cells (days of a month, transactions) has `cells` (addresses, ranges)
        account    [{range, class}]     every numeric cell once
        questions  [{id, kind, grade: must|should|may, where: "Sheet!A3:P20", alternatives: [{id, label}], default}]
ANSWERS.json is {question id: alternative id, or a word such as a year}. A question is answered as the label says
(`answers` in truth.json, by kind; where tables differ, by kind and sheet or title), else by its default; five rounds at
most.

Outcomes: right (nothing must be asked) · right after answers (at most five asked, must and should) · asked too much ·
told (not all read, nothing wrong) · wrong after answers · SILENT (a wrong figure and no must question) · refused
(rightly) · crash.
"""

import argparse
import collections
import json
import math
import pathlib
import re
import subprocess
import tempfile
import time
import unicodedata


def norm(text):
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(text)).casefold()).strip(" :.·*†")


def column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def split(ref):
    """'Sheet'!A1:B2 or Sheet!A1 -> (sheet, top, left, bottom, right)."""
    sheet, cells = ref.rsplit("!", 1)
    a, _, b = cells.replace("$", "").partition(":")
    (c1, r1), (c2, r2) = (re.fullmatch(r"([A-Z]+)(\d+)", x).groups() for x in (a, b or a))
    return sheet.strip("'").replace("''", "'"), int(r1), column(c1), int(r2), column(c2)


def same_name(got, wanted, part=()):
    """The label's name, alone or joined with its section or its part by a dash, in any order."""
    got = norm(got)
    words = [norm(w) for w in wanted.split("|")]
    parts = [norm(v) for v in part]
    for w in words:
        if got == w or got.endswith((" – " + w, " - " + w)) or got.startswith((w + " – ", w + " - ")):
            return True
        left = [x for x in re.split(r" [–-] ", got) if x]
        if sorted(left) == sorted([*re.split(r" [–-] ", w), *parts]):
            return True
    return False


class Product:
    def __init__(self, command):
        self.command = command.split()
        if "/" in self.command[0]:
            self.command[0] = str(pathlib.Path(self.command[0]).absolute())

    def read(self, path, answers, store=None):
        path = pathlib.Path(path).resolve()
        with tempfile.TemporaryDirectory() as folder:
            extra = []
            if store:
                extra = ["--answers", str(pathlib.Path(store).resolve())]
            elif answers:
                file = pathlib.Path(folder) / "answers.json"
                file.write_text(json.dumps(answers))
                extra = ["--answers", str(file)]
            run = subprocess.run(
                [*self.command, "check", str(path), "--format", "json", "--facts", *extra],
                capture_output=True,
                text=True,
                timeout=60,
                cwd=folder,
            )
        if run.returncode not in (0, 1, 3, 4):
            raise RuntimeError(f"exit {run.returncode}: {run.stderr.strip()[-200:]}")
        data = json.loads(run.stdout)
        return data["workbooks"][0] if "workbooks" in data else data


def judge(data, label):
    """(right, wrong, missing) of the label's facts; a cell that the label leaves out and a fact uses is wrong."""
    right, wrong, missing = 0, [], []
    facts = [f for f in data.get("facts", []) if not f.get("pending")]
    at = {split(f["cell"])[:3]: f for f in facts if f.get("cell")}
    for f in facts:
        for ref in f.get("cells") or ():
            sheet, r1, c1, r2, c2 = split(ref)
            for r in range(r1, r2 + 1):
                for c in range(c1, c2 + 1):
                    at.setdefault((sheet, r, c), f)
    explained = {}
    for entry in data.get("account", []):
        sheet, r1, c1, r2, c2 = split(entry["range"])
        if (r2 - r1 + 1) * (c2 - c1 + 1) <= 2_000_000:
            explained.setdefault(entry["class"], []).append((sheet, r1, c1, r2, c2))

    def repeats(key):
        return any(
            s == key[0] and r1 <= key[1] <= r2 and c1 <= key[2] <= c2
            for k in ("repeat", "summary")
            for s, r1, c1, r2, c2 in explained.get(k, ())
        )

    def when(fact, want):  # a day or week that was folded into its month or quarter
        return (
            fact["period"] in want.split("|")
            or (bool(fact.get("cells")) and want[:7] == fact["period"][:7])
            or (bool(fact.get("cells")) and "W" in want and want[:4] == fact["period"][:4])
        )

    def equal(fact, want):
        if fact.get("cells") and want.get("cell"):
            return (
                same_name(fact["name"], want["name"], want.get("part", {}).values())
                and when(fact, want["period"])
                and fact["series"] in want["series"].split("|")
            )
        return (
            same_name(fact["name"], want["name"], want.get("part", {}).values())
            and fact["period"] in want["period"].split("|")
            and fact["series"] in want["series"].split("|")
            and math.isclose(fact["value"], want["value"], rel_tol=1e-6, abs_tol=1e-9)
        )

    for want in label["facts"]:
        if not want["period"]:
            continue  # the workbook does not say; checked by `must_ask`
        if want.get("cell"):
            key = split(want["cell"])[:3]
            fact = at.get(key)
            if fact is None:
                if repeats(key) and any(equal(f, want) for f in facts):
                    right += 1
                else:
                    missing.append((want["cell"], want["name"], want["period"]))
            elif equal(fact, want):
                right += 1
            else:
                wrong.append(
                    (
                        want["cell"],
                        [fact[k] for k in ("name", "period", "series", "value")],
                        [want[k] for k in ("name", "period", "series", "value")],
                    )
                )
        else:
            parts = {norm(v) for v in want.get("part", {}).values()}
            group = [
                f
                for f in facts
                if same_name(f["name"], want["name"], want.get("part", {}).values())
                and f["period"] in want["period"].split("|")
                and f["series"] in want["series"].split("|")
                and parts
                <= {norm(v) for v in f.get("part", {}).values()} | {norm(x) for x in re.split(r" [–-] ", f["name"])}
            ]
            if not group:
                missing.append((want["name"], want["period"]))
            elif math.isclose(sum(f["value"] for f in group), want["value"], rel_tol=1e-6):
                right += 1
            else:
                wrong.append((want["name"], want["period"], sum(f["value"] for f in group), want["value"]))
    for out in label.get("left_out", []):
        sheet, r1, c1, r2, c2 = split(out["range"])
        used = [k for k in at if k[0] == sheet and r1 <= k[1] <= r2 and c1 <= k[2] <= c2]
        if used:
            wrong.append(("used: " + out["range"], out.get("why", ""), len(used), at[used[0]]["name"]))
    return right, wrong, missing


# What a label says, in words, and the fixed id of the alternative; ids are the product's (README.md).
IDS = {
    "lines of their own": "lines",
    "parts of one whole": "parts",
    "they are parts": "parts",
    "versions: the first counts": "first",
    "two lines": "lines",
    "they are two lines": "lines",
    "they come in another file": "elsewhere",
    "the actual figures come in another file": "elsewhere",
    "they are the actual figures": "actual",
    "they are the plan": "target",
    "not to be reported": "leave-out",
    "they are not to be reported": "leave-out",
    "nothing to report": "leave-out",
    "a figure": "figure",
    "as marked": "default",
}


def answer(question, label):
    wanted = label.get("answers", {}).get(question["kind"])
    if isinstance(wanted, dict):
        wanted = next((v for place, v in wanted.items() if norm(place) in norm(question.get("where", ""))), None)
    if wanted is None:
        return question.get("default") or (question["alternatives"][0]["id"] if question.get("alternatives") else "yes")
    wanted = IDS.get(wanted, wanted)
    if wanted == "default":
        return answer(question, {})
    for test in (
        lambda a: norm(wanted) in (norm(a["id"]), norm(a["label"])),
        lambda a: norm(wanted) in norm(a["label"]),
    ):
        for alternative in question.get("alternatives", []):
            if test(alternative):
                return alternative["id"]
    return wanted


def outcome(reader, path, label, store=None):
    began = time.time()
    if store and store.exists():
        data = reader.read(path, {}, store)
        right, wrong, missing = judge(data, label)
        return {
            "outcome": "SAID WRONG" if wrong else "said, not all" if missing else "right as said",
            "asked": [],
            "right": right,
            "of": len(label["facts"]),
            "wrong": wrong[:4],
            "missing": missing[:4],
            "seconds": round(time.time() - began, 2),
        }
    data = reader.read(path, {})
    first = judge(data, label)
    must = {q["kind"] for q in data.get("questions", []) if q["grade"] == "must"}
    answers, asked = {}, {}
    for _ in range(5):
        new = [q for q in data.get("questions", []) if q["grade"] != "may" and q["id"] not in answers]
        if not new:
            break
        for q in new:
            answers[q["id"]] = answer(q, label)
            asked[q["kind"]] = q["grade"]
        data = reader.read(path, answers)
    right, wrong, missing = judge(data, label)
    if label["status"] != "figures":
        kind = "SILENT" if data.get("facts") and not must else "refused"
    elif first[1] and not must:
        kind = "SILENT"
    elif wrong:
        kind = "wrong after answers" if must else "SILENT"
    elif missing:
        kind = "told"
    elif len(asked) > 5:
        kind = "asked too much"
    elif "must" in asked.values():
        kind = "right after answers"
    else:
        kind = "right"
    cells = data.get("balance", {})
    return {
        "outcome": kind,
        "asked": sorted(asked),
        "right": right,
        "of": len(label["facts"]),
        "wrong": (wrong or first[1])[:4],
        "missing": missing[:4],
        "balance": cells,
        "seconds": round(time.time() - began, 2),
    }


def main(reader=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=pathlib.Path)
    parser.add_argument("--truth", type=pathlib.Path, default=pathlib.Path(__file__).with_name("truth.json"))
    parser.add_argument("--command", default="kpireport")
    parser.add_argument("--only", nargs="*")
    parser.add_argument(
        "--stores",
        type=pathlib.Path,
        help="folder of NAME.toml: readings with answers and statements, used for --answers",
    )
    parser.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    reader = reader or Product(args.command)
    results, tally = {}, collections.Counter()
    for name, label in json.loads(args.truth.read_text()).items():
        path = args.files / name
        if (args.only and name not in args.only) or not path.exists():
            continue
        try:
            result = outcome(
                reader, path, label, args.stores / f"{pathlib.Path(name).stem}.toml" if args.stores else None
            )
        except Exception as problem:
            result = {"outcome": "crash", "asked": [], "wrong": [str(problem)[:200]], "missing": []}
        results[name] = result
        tally[result["outcome"]] += 1
        print(
            f"{result['outcome']:20} {name}  {' '.join(result['asked'])}",
            *(f"\n    {x}" for x in [*result["wrong"], *result["missing"]][:4])
            if not result["outcome"].startswith("right")
            else "",
        )
    total = sum(tally.values())
    good = tally["right"] + tally["right after answers"] + tally["refused"] + tally["right as said"]
    print(f"{good} of {total} ({good / max(total, 1):.0%}); " + ", ".join(f"{n} {k}" for k, n in tally.most_common()))
    if args.json:
        args.json.write_text(json.dumps(results, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
