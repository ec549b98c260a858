"""The tables; import from here so that every model is registered."""

from db.models.allocation import Allocation
from db.models.division import Division, DivisionChange, DivisionClosure, DivisionVersion
from db.models.division_case import (
    DivisionCase,
    DivisionCaseMove,
    DivisionCaseNode,
    DivisionCertificate,
    DivisionReassignment,
    ScopeAttestation,
)
from db.models.document import Document
from db.models.filing import Filing
from db.models.finding import RuleRun, RuleRunLine, StandingFinding
from db.models.fund import Fund, FundYear
from db.models.project import (
    Payment,
    PayPlan,
    Project,
    ProjectChange,
    ProjectDivision,
    ReserveEntry,
    SourceLine,
)
from db.models.publication import Publication
from db.models.revision import Revision
from db.models.target import Indicator, Measure, Progress, Target
from db.models.unit import Account, Token, Unit

__all__ = [
    "Account",
    "Allocation",
    "Division",
    "DivisionCase",
    "DivisionCaseMove",
    "DivisionCaseNode",
    "DivisionCertificate",
    "DivisionChange",
    "DivisionClosure",
    "DivisionReassignment",
    "DivisionVersion",
    "Document",
    "Filing",
    "Fund",
    "FundYear",
    "Indicator",
    "Measure",
    "PayPlan",
    "Payment",
    "Progress",
    "Project",
    "ProjectChange",
    "ProjectDivision",
    "Publication",
    "ReserveEntry",
    "Revision",
    "RuleRun",
    "RuleRunLine",
    "ScopeAttestation",
    "SourceLine",
    "StandingFinding",
    "Target",
    "Token",
    "Unit",
]
