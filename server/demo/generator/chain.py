"""A chain of its own for one project: the money's steps from the centre or province to the county, dated backwards."""

from dataclasses import dataclass
from itertools import pairwise

from db.enums import Level, Source
from server.demo.generator.catalogue import DemoFund
from server.demo.generator.days import quarter_of
from server.demo.generator.place import Place
from server.demo.generator.plan import Leg
from server.demo.generator.world import ADDITIONAL, path_down

NATION = "100000"


@dataclass(frozen=True, slots=True)
class Tempo:
    """How many days money lay at each stop of its chain, and the reports to the superior took."""

    province: int = 14
    city: int = 8
    county: int = 12
    county_report: int = 15
    city_report: int = 6


USUAL_TEMPO = Tempo()


@dataclass(frozen=True, slots=True)
class Request:
    """What a chain is to bring where: to a project's leaf, mapped on a day; `short_by` yuan never set out."""

    project: str
    fund: DemoFund
    leaf: Place
    mapped: int
    amount: int
    quantity: int
    tempo: Tempo = USUAL_TEMPO
    short_by: int = 0


def private_legs(wanted: Request, as_of: int) -> list[Leg]:
    """The steps, highest first; a report that lies after `as_of` has not been made yet."""
    year = quarter_of(wanted.mapped) // 4
    legs: list[Leg] = []
    leaves_on = wanted.mapped
    for depth, place in enumerate(reversed(path_down(wanted.fund.source, wanted.leaf))):
        received = leaves_on - (wanted.tempo.county, wanted.tempo.city, wanted.tempo.province)[min(depth, 2)]
        leg = Leg(
            code=f"DEMO-A-{wanted.project.removeprefix('DEMO-')}-{place.code}",
            parent="",
            grantor=place.above.code if place.above else NATION,
            recipient=place,
            source=wanted.fund.source,
            year=year,
            tranche=ADDITIONAL,
            amount=wanted.amount - wanted.short_by,
            issued=received - 2,
            received=received,
            quantity=wanted.quantity,
        )
        if place.level is not Level.PROVINCE:
            reported = leaves_on + (wanted.tempo.county_report if depth == 0 else wanted.tempo.city_report)
            leg.detailed, leg.reported = leaves_on, reported if reported <= as_of else 0
        legs.append(leg)
        leaves_on = leg.issued
    legs.reverse()
    for upper, lower in pairwise(legs):
        lower.parent = upper.code
    return legs


def target_code(leg: str) -> str:
    """The code of the targets that go with a step."""
    return f"DEMO-T-{leg.removeprefix('DEMO-A-')}"


def receipt_code(fund: str, source: Source, year: int, tranche: int, place: Place) -> str:
    """The code of the receipt a place shares between its projects."""
    return f"DEMO-A-{fund.removeprefix('DEMO-F-')}-{source.value[:3]}-{year}-{tranche}-{place.code}"
