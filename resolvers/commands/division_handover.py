"""Open work of a division that ceases passes to its first heir; what was handed in stays where it was.

The rule: an open filing goes to the heir with the largest share (then the lowest code), to be filed by that
division's natural-resources authority; where there is none, by the nearest one above. A filer or project owner that is
no authority of the vanished division (a forest farm, a company) keeps its work.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from db.atlas import Atlas
from db.engine import Work
from db.enums import FilingState, ProjectStatus, SubjectKind, UnitKind
from db.models import DivisionCase, DivisionReassignment, Filing, Project, Unit
from rules.divisions.draft import ChangeDraft
from rules.divisions.heirs import heirs

OPEN = tuple(state for state in FilingState if not state.filed)
FINISHED = (ProjectStatus.ACCEPTED, ProjectStatus.WITHDRAWN, ProjectStatus.TERMINATED)


async def hand_over(
    work: Work, case: DivisionCase, draft: ChangeDraft, after: Atlas, closed: Mapping[str, int]
) -> None:
    """Pass on the open work of closed divisions and list every piece."""
    first = {id_: after.by_code(heirs(draft.moves, code)[0].code).id for code, id_ in closed.items()}
    ceasing = {unit.id for unit in await _authorities(work, list(closed.values()))}
    authority = {id_: await _authority(work, after, heir) for id_, heir in first.items()}
    for filing in await _open_filings(work, list(first)):
        old_division, old_unit = filing.division_id, filing.unit_id
        filing.division_id = first[old_division]
        if old_unit is None or old_unit in ceasing:
            filing.unit_id = authority[old_division]
        work.session.add(
            DivisionReassignment(
                case_id=case.id,
                kind=SubjectKind.FILING,
                subject_id=filing.id,
                old_division_id=old_division,
                new_division_id=filing.division_id,
                old_unit_id=old_unit,
                new_unit_id=filing.unit_id,
            )
        )
    for project, old_division in await _owned_by(work, ceasing):
        old_unit, project.owner_unit_id = project.owner_unit_id, authority[old_division]
        work.session.add(
            DivisionReassignment(
                case_id=case.id,
                kind=SubjectKind.PROJECT,
                subject_id=project.id,
                old_division_id=old_division,
                new_division_id=first[old_division],
                old_unit_id=old_unit,
                new_unit_id=project.owner_unit_id,
            )
        )


async def _open_filings(work: Work, divisions: Sequence[int]) -> Sequence[Filing]:
    statement = select(Filing).where(Filing.division_id.in_(divisions), Filing.state.in_(OPEN)).order_by(Filing.id)
    return (await work.session.execute(statement)).scalars().all()


async def _owned_by(work: Work, units: set[int]) -> list[tuple[Project, int]]:
    """Unfinished projects of vanishing authorities, with the division the authority belonged to."""
    statement = (
        select(Project, Unit.division_id)
        .join(Unit, Unit.id == Project.owner_unit_id)
        .where(Project.owner_unit_id.in_(units), Project.status.not_in(FINISHED))
        .order_by(Project.id)
    )
    return [(project, division_id) for project, division_id in await work.session.execute(statement)]


async def _authorities(work: Work, divisions: Sequence[int]) -> Sequence[Unit]:
    statement = (
        select(Unit).where(Unit.division_id.in_(divisions), Unit.kind == UnitKind.NR_AUTHORITY).order_by(Unit.code)
    )
    return (await work.session.execute(statement)).scalars().all()


async def _authority(work: Work, after: Atlas, division_id: int) -> int | None:
    """The authority of a division, else the nearest above; None when nobody is registered."""
    chain = [place.id for place in reversed(after.chain(division_id))]
    found = await _authorities(work, chain)
    of_division: dict[int, int] = {}
    for unit in found:
        of_division.setdefault(unit.division_id, unit.id)
    return next((of_division[place] for place in chain if place in of_division), None)
