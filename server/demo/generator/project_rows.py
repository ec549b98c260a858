"""A project's plan as rows of the bundle's tables."""

from collections.abc import Iterator

from db.enums import AllocationKind, Confidence, DocumentKind, PaymentKind
from server.demo.generator.catalogue import MARK, QUALITY, QUANTITY_OF_LINE, Row
from server.demo.generator.chain import target_code
from server.demo.generator.days import iso, quarter_code
from server.demo.generator.plan import Edge, Leg, ProjectPlan, TargetPlan
from server.demo.generator.world import ADVANCE, REGULAR

KIND_OF_TRANCHE = {ADVANCE: AllocationKind.ADVANCE.value, REGULAR: AllocationKind.REGULAR.value}
YEAR_DAYS = 365


def _day(day: int) -> str:
    return iso(day) if day else ""


def unit_code(division: str) -> str:
    """The natural-resources authority of a division."""
    return f"DEMO-U-{division}"


def document_code(plan: ProjectPlan) -> str:
    """The approval of a project."""
    return f"DEMO-D-{plan.index:06d}"


def documents(plan: ProjectPlan) -> Iterator[Row]:
    """Its approval."""
    approved = plan.reserve[-1][0] if plan.reserve else plan.start
    yield document_row(
        document_code(plan),
        number=f"演示自然资复〔{iso(approved)[:4]}〕{plan.index + 1}号",
        title=f"{MARK}关于{plan.name.removeprefix(MARK)}的批复",
        kind=DocumentKind.APPROVAL,
        issued=approved,
    )


def document_row(code: str, *, number: str, title: str, kind: DocumentKind, issued: int, issuer: str = "") -> Row:
    """A row of documents.csv; nothing of it was ever published."""
    return {
        "code": code,
        "number": number,
        "title": title,
        "kind": kind.value,
        "issued_on": _day(issued),
        "issuer": issuer,
        "confidence": Confidence.NOT_PUBLISHED.value,
        "note": "演示数据",
    }


def project(plan: ProjectPlan) -> Row:
    """The row of projects.csv."""
    return {
        "code": plan.code,
        "name": plan.name,
        "status": plan.status.value,
        "line": plan.fund.line.value,
        "category": plan.category.value if plan.category else "",
        "work_type": plan.work_type,
        "division": plan.place.code,
        "owner_unit": unit_code(plan.place.code),
        "planned_start": iso(plan.start),
        "planned_end": iso(plan.end),
        "started_on": _day(plan.started),
        "finished_on": _day(plan.finished),
        "total_investment_yuan": str(plan.total),
        "document": document_code(plan),
        "note": "演示数据",
    }


def project_divisions(plan: ProjectPlan) -> Iterator[Row]:
    """Further divisions."""
    for place in plan.others:
        yield {"project": plan.code, "division": place.code}


def source_lines(plan: ProjectPlan) -> Iterator[Row]:
    """Planned money by year and source."""
    for (year, source), amount in plan.planned.items():
        yield {
            "project": plan.code,
            "fund": plan.fund.code,
            "budget_year": str(year),
            "source": source.value,
            "planned_yuan": str(amount),
        }


def allocations(plan: ProjectPlan) -> Iterator[Row]:
    """The project's own chain with what was recalled on it, and the money mapped to the project."""
    fund, place = plan.fund.code, plan.place.code
    for leg in plan.legs:
        yield leg_row(leg, fund)
        if leg.recalled:
            yield leg_row(leg, fund) | _recall(leg)
    for edge in plan.edges:
        row = {
            "code": edge.code,
            "fund": fund,
            "budget_year": str(edge.year),
            "parent": edge.parent,
            "grantor": place,
            "recipient": place,
            "recipient_unit": unit_code(place),
            "project": plan.code,
            "source": edge.source.value,
            "kind": KIND_OF_TRANCHE.get(edge.tranche, AllocationKind.ADDITIONAL.value),
            "tranche": str(edge.tranche),
            "amount_yuan": str(edge.amount),
            "issued_on": iso(edge.day),
            "received_on": iso(edge.day),
            "detailed_on": "",
            "detailing_reported_on": "",
            "document": "",
            "note": "演示数据",
        }
        yield row
        if edge.recalled:
            yield row | _recall(edge)


def _recall(taken: Edge | Leg) -> Row:
    """What differs in the row that takes money back."""
    return {
        "code": f"{taken.code}-R",
        "parent": taken.code,
        "kind": AllocationKind.RECALL.value,
        "amount_yuan": str(taken.recalled),
        "issued_on": iso(taken.recalled_on),
        "received_on": iso(taken.recalled_on),
        "detailed_on": "",
        "detailing_reported_on": "",
        "document": "",
        "note": "演示数据：结余资金收回",
    }


def leg_row(leg: Leg, fund: str) -> Row:
    """A step of money between divisions."""
    return {
        "code": leg.code,
        "fund": fund,
        "budget_year": str(leg.year),
        "parent": leg.parent,
        "grantor": leg.grantor,
        "recipient": leg.recipient.code,
        "recipient_unit": unit_code(leg.recipient.code),
        "project": "",
        "source": leg.source.value,
        "kind": KIND_OF_TRANCHE.get(leg.tranche, AllocationKind.ADDITIONAL.value),
        "tranche": str(leg.tranche),
        "amount_yuan": str(leg.amount),
        "issued_on": iso(leg.issued),
        "received_on": iso(leg.received),
        "detailed_on": _day(leg.detailed),
        "detailing_reported_on": _day(leg.reported),
        "document": leg.document,
        "note": "演示数据",
    }


def leg_target(leg: Leg, fund: str, indicator: str, measure: str) -> Row:
    """The quantity that goes down with a step of money, part of the step's above."""
    return {
        "code": target_code(leg.code),
        "indicator": indicator,
        "fund": fund,
        "budget_year": str(leg.year),
        "division": leg.recipient.code,
        "project": "",
        "parent": target_code(leg.parent) if leg.parent else "",
        "allocation": leg.code,
        "measure": measure,
        "value": str(leg.quantity),
        "value_text": "",
        "baseline": "0",
        "numerator": "",
        "denominator": "",
        "weight": "",
        "starts_on": iso(leg.issued),
        "due_on": iso(leg.issued + 4 * YEAR_DAYS),
        "document": leg.document,
        "note": "演示数据",
    }


def targets(plan: ProjectPlan) -> Iterator[Row]:
    """Targets of the project's own chain, then the project's."""
    for leg in plan.legs:
        if leg.quantity is not None:
            indicator = QUANTITY_OF_LINE[plan.fund.line]
            yield leg_target(leg, plan.fund.code, indicator.code, indicator.measure)
    for target in plan.targets:
        yield _target(plan, target)


def _target(plan: ProjectPlan, target: TargetPlan) -> Row:
    ratio = target.indicator is QUALITY and target.value
    return {
        "code": target.code,
        "indicator": target.indicator.code,
        "fund": plan.fund.code,
        "budget_year": str(target.year),
        "division": plan.place.code,
        "project": plan.code,
        "parent": target.parent,
        "allocation": target.allocation,
        "measure": target.measure or target.indicator.measure,
        "value": target.value,
        "value_text": target.text,
        "baseline": target.baseline,
        "numerator": target.value if ratio else "",
        "denominator": "100" if ratio else "",
        "weight": str(target.weight) if target.weight else "",
        "starts_on": iso(target.starts),
        "due_on": iso(target.due),
        "document": "",
        "note": "演示数据",
    }


def progress(plan: ProjectPlan, as_of: int) -> Iterator[Row]:
    """What was reported with each filing."""
    reported = {filing.quarter: filing.submitted or as_of for filing in plan.quarters}
    for target in plan.targets:
        for quarter, value in target.progress:
            yield {
                "target": target.code,
                "period": quarter_code(quarter),
                "value": value,
                "reported_on": iso(reported[quarter]),
            }


def payments(plan: ProjectPlan) -> Iterator[Row]:
    """Payments and refunds."""
    for number, payment in enumerate(plan.payments, 1):
        yield {
            "code": f"DEMO-P-{plan.index:06d}-{number}",
            "project": plan.code,
            "fund": plan.fund.code,
            "budget_year": str(payment.year),
            "source": payment.source.value,
            "kind": (PaymentKind.REFUND if payment.refund else PaymentKind.PAYMENT).value,
            "paid_on": iso(payment.day),
            "amount_yuan": str(payment.amount),
            "payee": f"【演示】{plan.place.name}生态工程公司",
            "voucher_number": f"演示凭{plan.index:06d}-{number}",
        }


def pay_plans(plan: ProjectPlan) -> Iterator[Row]:
    """Planned shares."""
    for quarter, share in plan.pay_plan:
        yield {"project": plan.code, "period": quarter_code(quarter), "cumulative_bp": str(share)}


def reserve_entries(plan: ProjectPlan) -> Iterator[Row]:
    """The library's history."""
    for day, status in plan.reserve:
        yield {"project": plan.code, "from_on": iso(day), "status": status, "document": document_code(plan)}


def project_changes(plan: ProjectPlan) -> Iterator[Row]:
    """Registered changes."""
    for number, change in enumerate(plan.changes, 1):
        yield {
            "code": f"DEMO-C-{plan.index:06d}-{number}",
            "project": plan.code,
            "field": change.field,
            "old_value": change.old,
            "new_value": change.new,
            "effective_on": iso(change.effective),
            "required_level": change.required.value,
            "approved_on": _day(change.approved),
            "approver_level": change.approver.value if change.approver else "",
            "document": document_code(plan) if change.approved else "",
        }


def filings(plan: ProjectPlan) -> Iterator[Row]:
    """Filings handed in; one whose quarter ends today is still to come."""
    for filing in plan.quarters:
        if not filing.submitted:
            continue
        yield {
            "project": plan.code,
            "period": quarter_code(filing.quarter),
            "unit": unit_code(plan.place.code),
            "kind": filing.kind,
            "state": filing.state,
            "submitted_at": f"{iso(filing.submitted)}T{9 + filing.quarter % 8:02d}:{plan.index % 60:02d}:00",
            "returned_count": "0",
            "reason": filing.reason,
            "paid_period_yuan": str(filing.paid),
            "paid_cumulative_yuan": str(filing.cumulative),
            "correction_document": "",
        }
