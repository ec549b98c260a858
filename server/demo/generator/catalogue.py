"""演示 funds, indicators and measures: the small tables every demo project refers to."""

from dataclasses import dataclass

from db.enums import FundCategory, Level, Line, Source

Row = dict[str, str]

MARK = "【演示】"
"""Every name starts with it: nobody may take a demo row for a published one."""


@dataclass(frozen=True, slots=True, eq=False)
class DemoFund:
    """A demo twin of a fund; `source` is whose money travels in it."""

    code: str
    name: str
    name_en: str
    category: FundCategory
    line: Line
    source: Source
    local_tier: Level | None = None

    @property
    def row(self) -> Row:
        """As funds.csv writes it."""
        return {
            "code": self.code,
            "name": self.name,
            "name_en": self.name_en,
            "category": self.category.value,
            "local_tier": self.local_tier.value if self.local_tier else "",
            "line": self.line.value,
            "emergency": "0",
        }


_CENTRAL, _LOCAL = FundCategory.CENTRAL, FundCategory.LOCAL
_ECOLOGY, _MARINE, _GEOHAZARD = Line.ECOLOGICAL_RESTORATION, Line.MARINE_MONITORING, Line.GEOHAZARD

ECOLOGY = DemoFund(
    "DEMO-F-ECO",
    "演示·重点生态保护修复治理资金",
    "Demo: key ecological restoration",
    _CENTRAL,
    _ECOLOGY,
    Source.CENTRAL,
)
MARINE = DemoFund(
    "DEMO-F-MAR", "演示·海洋生态保护修复资金", "Demo: marine restoration", _CENTRAL, _MARINE, Source.CENTRAL
)
GEOHAZARD = DemoFund(
    "DEMO-F-GEO", "演示·地质灾害防治资金", "Demo: geohazard prevention", _CENTRAL, _GEOHAZARD, Source.CENTRAL
)
PROVINCIAL = DemoFund(
    "DEMO-F-PRO",
    "演示·省级自然资源专项资金",
    "Demo: provincial special",
    _LOCAL,
    _ECOLOGY,
    Source.PROVINCE,
    Level.PROVINCE,
)
CITY = DemoFund(
    "DEMO-F-CIT", "演示·市级自然资源专项资金", "Demo: city special", _LOCAL, _ECOLOGY, Source.CITY, Level.CITY
)
COUNTY = DemoFund(
    "DEMO-F-COU", "演示·县级自然资源专项资金", "Demo: county special", _LOCAL, _ECOLOGY, Source.COUNTY, Level.COUNTY
)
SOCIAL = DemoFund(
    "DEMO-F-SOC",
    "演示·社会资本参与生态修复资金",
    "Demo: private money",
    FundCategory.SOCIAL,
    _ECOLOGY,
    Source.SOCIAL,
)
FUNDS = (ECOLOGY, MARINE, GEOHAZARD, PROVINCIAL, CITY, COUNTY, SOCIAL)


def planted_fund(source: Source, cycle: int) -> DemoFund:
    """The fund irregularities are planted in: apart from the clean ones, so that no node of theirs is touched.

    `cycle` counts how often the places have been used up; a new cycle takes a new fund.
    """
    central = source is Source.CENTRAL
    letter, zh = ("C", "中央") if central else ("P", "省级")
    number = "" if cycle == 0 else str(cycle + 1)
    return DemoFund(
        f"DEMO-F-X{letter}{number}",
        f"演示·{zh}生态修复专项{number}（含植入问题）",
        f"Demo: {'central' if central else 'provincial'} special {number} with planted irregularities".replace(
            "  ", " "
        ),
        _CENTRAL if central else _LOCAL,
        _ECOLOGY,
        source,
        None if central else Level.PROVINCE,
    )


MEASURES: tuple[Row, ...] = (
    {"code": "公顷", "dimension": "area", "numerator": "1", "denominator": "1"},
    {"code": "亩", "dimension": "area", "numerator": "1", "denominator": "15"},
    {"code": "米", "dimension": "length", "numerator": "1", "denominator": "1"},
    {"code": "处", "dimension": "count:处", "numerator": "1", "denominator": "1"},
    {"code": "%", "dimension": "share", "numerator": "1", "denominator": "1"},
)


@dataclass(frozen=True, slots=True, eq=False)
class DemoIndicator:
    """A demo indicator; `sample` are the figures of a share: target, baseline, and what a finished project reached."""

    code: str
    name: str
    kind: str
    direction: str
    measure: str
    over_time: str
    over_space: str
    sample: tuple[str, str, str] = ("", "", "")

    @property
    def row(self) -> Row:
        """As indicators.csv writes it."""
        return {
            "code": self.code,
            "name": MARK + self.name,
            "kind": self.kind,
            "direction": self.direction,
            "measure": self.measure,
            "over_time": self.over_time,
            "over_space": self.over_space,
        }


AREA = DemoIndicator("DEMO-I-AREA", "生态修复治理面积", "QUANTITY", "GE", "公顷", "LAST", "SUM")
COAST = DemoIndicator("DEMO-I-COAST", "整治修复岸线长度", "QUANTITY", "GE", "米", "LAST", "SUM")
SITES = DemoIndicator("DEMO-I-SITES", "治理地质灾害隐患点", "QUANTITY", "GE", "处", "LAST", "SUM")
QUALITY = DemoIndicator("DEMO-I-QUALITY", "工程验收合格率", "QUALITY", "GE", "%", "LAST", "RATIO", ("95", "0", "97"))
COST = DemoIndicator("DEMO-I-COST", "成本控制率", "COST", "LE", "%", "LAST", "NONE", ("100", "110", "98"))
GREEN = DemoIndicator("DEMO-I-GREEN", "植被覆盖率", "ECOLOGICAL", "GE", "%", "LAST", "NONE", ("55", "35", "57"))
CONTENT = DemoIndicator(
    "DEMO-I-CONTENT", "受益群众满意度", "SATISFACTION", "GE", "%", "LAST", "NONE", ("90", "0", "93")
)
LASTING = DemoIndicator("DEMO-I-LASTING", "后期管护机制", "SUSTAINABILITY", "QUAL", "", "NONE", "NONE")
INDICATORS = (AREA, COAST, SITES, QUALITY, COST, GREEN, CONTENT, LASTING)

QUANTITY_OF_LINE = {_ECOLOGY: AREA, _MARINE: COAST, _GEOHAZARD: SITES}
WORK_TYPES = {
    _ECOLOGY: ("山水林田湖草沙一体化保护修复", "历史遗留废弃矿山生态修复", "国土绿化与水土保持", "湿地生态修复"),
    _MARINE: ("海岸线整治修复", "滨海湿地修复", "海岛生态修复", "红树林营造修复"),
    _GEOHAZARD: ("地质灾害工程治理", "地质灾害避险搬迁", "地质灾害监测预警", "地质灾害排危除险"),
}
COASTAL = frozenset({"12", "13", "21", "31", "32", "33", "35", "37", "44", "45", "46"})
"""Province codes with a sea coast; only they have marine projects."""
