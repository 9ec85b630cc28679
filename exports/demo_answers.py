"""Plausible, coherent and plainly marked 演示 answers for one county, for the shipped questionnaire.

Figures are drawn from a few sizes of the county (staff, unions, members, money), so that totals,
parts and rates agree as they would on a well-kept ledger; now and then one does not, so that
warnings and flags appear as they do in the field.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.answers import Status
from surveys.frame import Unit

MARK = "〔演示〕"

Typed = str | Status
Row = dict[str, Typed]


@dataclass(frozen=True)
class DemoAnswers:
    """What a county says."""

    cells: dict[str, Typed]
    """Address → typed text or a missing status, for everything but rosters."""
    rows: dict[str, list[Row]]
    """Roster → rows, each field → typed text or a missing status."""


class _County:
    """One county's draw of figures."""

    def __init__(self, unit: Unit, rng: random.Random) -> None:
        self.unit, self.rng = unit, rng
        self.cells: dict[str, Typed] = {}
        self.rows: dict[str, list[Row]] = {}

    def upto(self, most: int, share: float = 1.0) -> int:
        """A whole number up to `most`, mostly near `share` of it."""
        return min(most, max(0, round(most * self.rng.gauss(share, 0.08))))

    def money(self, low: float, high: float) -> float:
        return round(self.rng.uniform(low, high), 2)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def one(self, question: str, weights: dict[str, float]) -> str:
        code = self.rng.choices(list(weights), list(weights.values()))[0]
        self.put(question, code)
        return code

    def some(self, question: str, codes: Sequence[str], most: int) -> list[str]:
        chosen = sorted(self.rng.sample(list(codes), self.rng.randint(1, most)), key=int)
        self.put(question, " ".join(chosen))
        return chosen

    def put(self, address: str, value: Typed | float) -> None:
        self.cells[address] = (
            value if isinstance(value, str) else f"{value:g}" if isinstance(value, int) else f"{value:.2f}"
        )

    def matrix(self, question: str, values: Mapping[str, float]) -> None:
        for row, value in values.items():
            self.put(f"{question}.{row}", value)

    def unknown(self, question: str, rows: Sequence[str] = ()) -> None:
        """不掌握."""
        for address in [f"{question}.{row}" for row in rows] or [question]:
            self.cells[address] = Status.DONT_KNOW


def draw(unit: Unit, rng: random.Random) -> DemoAnswers:
    """The answers of one county; the same unit and generator state give the same answers."""
    county = _County(unit, rng)
    county.one("mode", {"1": 2, "2": 7, "3": 1})
    county.put("filler_post", f"{MARK}办公室主任")
    for part in (_staffing, _social_workers, _venues, _stations, _funds, _rules, _organising, _services):
        part(county)
    return DemoAnswers(county.cells, county.rows)


def _staffing(c: _County) -> None:
    c.one("chair_post", {"1": 3, "2": 5, "3": 1, "4": 1, "5": 1, "6": 1, "7": 0.4, "96": 0.2})
    if c.cells["chair_post"] == "96":
        c.put("chair_post.96", f"{MARK}由市总工会领导兼任")
    c.one("exec_vice_chair", {"1": 6, "2": 3, "3": 0.7, "4": 0.5})
    c.matrix("vice_chair_extra", {"part_time": c.rng.randint(0, 3), "seconded": c.rng.randint(0, 1)})
    quota = {"admin": c.rng.randint(3, 9), "inst": c.rng.randint(0, 12), "support": c.rng.randint(0, 2)}
    on_post = {row: c.upto(number, 0.85) for row, number in quota.items()}
    c.matrix("staff_quota", quota)
    c.matrix("staff_on_post", on_post)
    staff = sum(on_post.values())
    c.put("staff_lent_out", c.upto(staff, 0.1))
    ages = _parts(c, staff, (2, 3, 3, 1))
    c.matrix("staff_age", dict(zip(("a35", "a45", "a55", "a56"), ages, strict=True)))
    towns = c.rng.randint(5, 22)
    none = c.upto(towns, 0.12)
    with_sw = c.upto(towns - none, 0.7)
    full_time = max(towns - none - with_sw, c.upto(towns - none, 0.6))
    c.matrix("township_unions", {"total": towns, "full_time": full_time, "with_sw": with_sw, "none": none})


def _social_workers(c: _County) -> None:
    towns = int(str(c.cells["township_unions.with_sw"]))
    total = towns + c.rng.randint(0, 12) if towns else c.rng.choice((0, 0, 4))
    c.put("sw_total", total)
    posts = _parts(c, max(total - towns, 0), (3, 3, 0, 2, 1, 1))
    posts[2] += min(total, towns)
    c.matrix("sw_posts", dict(zip(("county", "center", "town", "park", "league", "lent"), posts, strict=True)))
    c.one("sw_edu_req", {"2": 1, "3": 7, "4": 2, "5": 1, "97": 0.8, "98": 0.3})
    c.put("sw_age_limit", c.rng.choice((0, 30, 35, 35, 35, 40, 40, 45)))
    left = c.upto(total, 0.15)
    c.put("sw_left", left)
    c.put("sw_pay", c.rng.randrange(1800, 4200, 50))
    if c.chance(0.05):
        c.unknown("sw_pay")
    problems = ["1", "2", "3", "4", "6", "7", "8", "9"] + (["5"] if left else []) + ([] if total else ["10"])
    c.some("sw_main_problem", problems, 3)


def _venues(c: _County) -> None:
    exists = c.one("palace_exists", {"1": 5, "2": 2, "3": 1, "4": 1, "5": 1})
    operating = c.one("palace_operating", {"1": 6, "2": 3, "3": 1, "4": 1, "98": 0.3})
    c.some("palace_obstacles", ("1", "2", "3", "4", "5", "6", "7", "8"), 3)
    open_ = {"1": "1", "2": "2"}.get(operating, "3")
    rows = [_venue(c, "1", open_)] if exists in "12" else []
    rows += [
        _venue(c, kind, c.rng.choices("123", (8, 2, 1))[0]) for kind in c.rng.sample("234567", c.rng.randint(1, 4))
    ]
    for number, row in enumerate(rows, 1):
        row["v_name"] = f"{MARK}{c.unit.county}{_VENUE_NAMES[str(row['v_kind'])]}{number}号"
    c.rows["venues"] = rows
    owned = any(row["v_own"] == "1" for row in rows)
    c.one("property_cert", {"1": 3, "2": 3, "3": 2, "98": 0.5} if owned else {"4": 1})
    c.one("service_center", {"1": 5, "2": 4, "3": 2, "4": 0.5})


_VENUE_NAMES = {
    "1": "工人文化宫",
    "2": "职工服务中心",
    "3": "职工之家",
    "4": "职工书屋",
    "5": "心理关爱站",
    "6": "爱心母婴室",
    "7": "劳模创新工作室",
}


def _venue(c: _County, kind: str, status: str) -> Row:
    days = "0" if status == "3" else str(c.rng.randint(3, 7))
    return {
        "v_kind": kind,
        "v_place": f"{MARK}中心街道",
        "v_area": f"{c.money(30, 4000 if kind == '1' else 400):.2f}" if c.chance(0.9) else Status.DONT_KNOW,
        "v_own": c.rng.choices("1234", (3, 4, 1, 3))[0],
        "v_open_date": f"{c.rng.randint(1986, 2021)}-{c.rng.randint(1, 12):02}-{c.rng.randint(1, 28):02}",
        "v_days": days,
        "v_visits": str(c.rng.randrange(0, 40_000, 50)) if c.chance(0.85) else Status.DONT_KNOW,
        "v_status": status,
    }


def _stations(c: _County) -> None:
    built = c.rng.randint(0, 40)
    mapped = c.upto(built, 0.8)
    running = c.upto(built, 0.9)
    six_ok = c.upto(mapped, 0.7)
    winter = c.upto(built, 0.75)
    c.matrix("stations", {"built": built, "open": running, "six_ok": six_ok, "winter": winter, "map": mapped})
    c.put("station_visits", running * c.rng.randrange(500, 6000, 100))
    if c.chance(0.06):
        c.unknown("station_visits")
    for row in ("culture", "skills", "legal", "hardship", "psych", "mutual", "child", "jobs"):
        c.one(f"service_capacity.{row}", {"1": 1, "2": 2, "3": 4, "4": 3, "5": 1, "9": 0.8})
    c.some("service_gaps", ("1", "2", "3", "4", "5", "6", "7", "8", "9"), 3)


def _funds(c: _County) -> None:
    c.one("fund_mode", {"1": 5, "2": 3, "3": 1, "98": 0.2})
    income = {
        "paid": c.money(60, 600),
        "superior": c.money(20, 200),
        "gov": c.money(0, 90),
        "affil": 0.0,
        "other": c.money(0, 20),
    }
    c.matrix("income", income)
    full = c.one("return_full", {"1": 5, "2": 2, "3": 2, "4": 0.3, "5": 0.5, "98": 0.2})
    due = c.money(40, 400)
    share = {"1": 1.0, "2": 1.0, "3": c.rng.uniform(0.5, 0.97), "4": 0.0}.get(full, 0.9)
    c.put("return_due", due)
    c.put("return_received", round(due * share, 2))
    if c.chance(0.05):
        c.unknown("return_due")
    c.some("return_reasons", ("1", "2", "3", "4", "5", "6"), 2)
    base = c.money(20, 300)
    c.matrix("base_return", {"due": base, "paid": round(base * min(1.0, c.rng.gauss(0.95, 0.1)), 2)})
    payers = c.rng.randint(0, 120)
    paid = c.upto(payers, 0.9)
    c.matrix("small_payers", {"due_n": payers, "paid_n": paid, "amount": round(paid * c.rng.uniform(0.2, 1.1), 2)})
    if c.chance(0.06):
        c.unknown("small_payers", ("due_n", "paid_n", "amount"))
    total = sum(income.values()) * c.rng.uniform(0.75, 1.05)
    rows = ("activity", "service", "rights", "business", "admin", "capital", "sublevel", "other")
    c.matrix(
        "spending",
        {
            row: round(total * part, 2)
            for row, part in zip(rows, (0.2, 0.18, 0.1, 0.1, 0.17, 0.05, 0.15, 0.05), strict=True)
        },
    )
    c.one("fund_adequacy", {"1": 1, "2": 4, "3": 3, "4": 2, "98": 0.2})
    c.one("subsidy_pref", {"1": 4, "2": 1, "3": 5, "4": 1, "5": 1, "98": 0.3})


def _rules(c: _County) -> None:
    c.put(
        "last_congress",
        f"{c.rng.choices((2016, 2017, 2018, 2019, 2020, 2021), (1, 2, 3, 4, 3, 3))[0]}-{c.rng.randint(1, 12):02}-{c.rng.randint(1, 28):02}",
    )
    c.put("joint_meetings", c.rng.choices((0, 1, 2, 3), (2, 5, 3, 1))[0])
    c.one("tripartite", {"1": 6, "2": 3, "3": 0.6, "98": 0.2})
    c.some("party_agenda", ("1", "2", "3", "4", "5", "6"), 5)
    c.some("bodies", ("1", "2", "3", "4", "5", "6"), 6)
    for row in (
        "r_decide",
        "r_sw",
        "r_budget",
        "r_return",
        "r_venue",
        "r_hardship",
        "r_appeal",
        "r_contact",
        "r_report",
    ):
        c.one(f"rules_status.{row}", {"1": 6, "2": 3, "3": 1, "98": 0.1})
    c.put("appeal_channels", "97") if c.chance(0.04) else c.some(
        "appeal_channels", ("1", "2", "3", "4", "5", "6", "7"), 5
    )
    received = c.rng.randint(3, 220)
    replied = c.upto(received, 0.97)
    closed = c.upto(replied, 0.9)
    revisited = c.upto(closed, 0.7)
    satisfied = c.upto(revisited, 0.93)
    values = {
        "received": received,
        "replied": replied,
        "closed": closed,
        "revisited": revisited,
        "satisfied": satisfied,
    }
    c.matrix("appeals", values)


def _organising(c: _County) -> None:
    ent25 = c.rng.randint(15, 260)
    ent25_u = c.upto(ent25, 0.86)
    ent100 = c.upto(ent25, 0.25)
    ent100_u = min(c.upto(ent100, 0.93), ent25_u)
    c.matrix("org_build", {"ent25": ent25, "ent25_u": ent25_u, "ent100": ent100, "ent100_u": ent100_u})
    workers = c.rng.randrange(6_000, 90_000, 10)
    members = c.upto(workers, 0.84)
    c.matrix(
        "members",
        {"workers": workers, "members": members, "migrant": c.upto(members, 0.3), "realname": c.upto(members, 0.8)},
    )
    for row, most in (("truck", 1500), ("ride", 900), ("courier", 400), ("rider", 600)):
        people = c.rng.randint(40, most)
        c.matrix(f"new_form.{row}", {"est": people, "joined": c.upto(people, 0.6)})
    if c.chance(0.08):
        c.unknown("new_form", ("ride.est", "ride.joined"))
    union_ent = ent25_u + c.rng.randint(0, 120)
    sys_ = c.upto(union_ent, 0.85)
    values = {
        "union_ent": union_ent,
        "sys": sys_,
        "sys100": min(c.upto(ent100_u, 0.92), sys_),
        "wage": c.upto(sys_, 0.8),
    }
    c.matrix("bargaining", values)
    units = union_ent + c.rng.randint(20, 160)
    congress = c.upto(units, 0.86)
    c.matrix(
        "democracy", {"units": units, "congress": congress, "held": c.upto(congress, 0.85), "open": c.upto(units, 0.85)}
    )
    c.put("mutual_aid", c.upto(workers, 0.55))


def _services(c: _County) -> None:
    on_file = c.rng.randint(4, 160)
    hardship = {
        "verified": on_file + c.rng.randint(0, 30),
        "on_file": on_file,
        "helped": c.upto(on_file, 0.98),
        "new_in": c.upto(on_file, 0.15),
        "out": c.rng.randint(0, 20),
        "ill_unfiled": c.rng.choices((0, 1, 3, 8), (5, 3, 2, 1))[0],
    }
    c.matrix("hardship", hardship)
    contests = c.rng.randint(0, 14)
    c.matrix(
        "skills",
        {
            "contests": contests,
            "entrants": contests * c.rng.randint(20, 160),
            "trainees": c.rng.randrange(0, 3000, 10),
            "studios": c.rng.randint(0, 9),
        },
    )
    accepted = c.rng.randint(0, 70)
    disputes = {
        "accepted": accepted,
        "mediated": c.upto(accepted, 0.8),
        "group10": c.rng.choices((0, 1), (9, 1))[0] if accepted else 0,
    }
    c.matrix("disputes", {**disputes, "legal_aid": c.rng.randint(0, 30), "letters": c.rng.randint(0, 12)})
    c.rows["difficulties"] = [
        {
            "d_dim": dimension,
            "d_desc": f"{MARK}{_DIFFICULTIES[dimension]}",
            "d_level": c.rng.choice("123"),
            "d_urgency": c.rng.choice("123"),
            "d_tried": "",
        }
        for dimension in c.rng.sample(list(_DIFFICULTIES), c.rng.choices((0, 1, 2, 3), (1, 4, 4, 2))[0])
    ]
    if c.chance(0.5):
        c.put("good_practice", f"{MARK}建立乡镇街道工会联系点制度，每季度到企业走访一次，现场登记并答复诉求。")
    if c.chance(0.6):
        c.put("suggestions", f"{MARK}希望稳定社会化工会工作者的聘用经费，并给予文化宫冬季运转补助。")


_DIFFICULTIES = {
    "1": "社会化工会工作者流动快，乡镇街道工会常年缺一至两人，影响基层组织建设。",
    "2": "工人文化宫建成年代较早，冬季供暖不足，每年有近四个月不能正常开放。",
    "3": "回拨经费到账较晚，年初职工活动和帮扶支出需要垫付。",
    "4": "三方机制会议不够经常，劳动关系问题的会商缺少固定安排。",
    "5": "新就业形态劳动者入会后联系松散，缺少适合的服务项目。",
}


def _parts(c: _County, total: int, weights: Sequence[int]) -> list[int]:
    """Split a total into parts that add up to it."""
    parts = [0] * len(weights)
    for place in c.rng.choices(range(len(weights)), weights, k=total):
        parts[place] += 1
    return parts
