"""A registered change of a project against its approval."""

from collections.abc import Iterator

from db.dossier_rows import ChangeRow
from rules.dossier.grounds import Grounds, documents, known, quoted
from rules.dossier.project import ProjectCase, sufficient
from rules.fact import Fact


def change_facts(case: ProjectCase, grounds: Grounds) -> Iterator[Fact]:
    """One fact for each change that has taken effect by the day."""
    for change in case.changes:
        if change.effective_on <= grounds.as_of:
            yield change_fact(change, case, grounds)


def change_fact(change: ChangeRow, case: ProjectCase, grounds: Grounds) -> Fact:
    """What was changed, and who agreed when."""
    project, place = case.project, grounds.place(case.project.division_id)
    approved = change.approved_on is not None and change.approved_on <= grounds.as_of
    consented_on = change.approved_on if approved else None
    return Fact(
        kind="change",
        values=known(
            published=quoted(project.provenance),
            code=change.code,
            changed=change.field.value,
            effective_on=change.effective_on,
            required_level=change.required_level.value,
            approver_level=change.approver_level.value if approved and change.approver_level else None,
            approved_on=consented_on,
            approved=approved,
            level_sufficient=approved and sufficient(change),
            days_before_approval=max(0, ((consented_on or grounds.as_of) - change.effective_on).days),
        ),
        subject_id=project.id,
        division_id=project.division_id,
        division_code=place.code,
        discriminator=change.code,
        sources=documents(approved_on=change.document_id),
        responsible_unit_id=project.owner_unit_id or grounds.authorities.get(project.division_id),
        line=project.line,
    )
