"""What people call the members of every stored vocabulary: Chinese label, English label."""

from enum import StrEnum

from db import enums as e

LABELS: dict[type[StrEnum], dict[StrEnum, tuple[str, str]]] = {
    e.Level: {
        e.Level.NATION: ("全国", "the nation"),
        e.Level.PROVINCE: ("省级", "province level"),
        e.Level.CITY: ("地市级", "prefecture-city level"),
        e.Level.COUNTY: ("县级", "county level"),
    },
    e.Tree: {
        e.Tree.ADMIN: ("行政隶属", "the administrative chain"),
        e.Tree.FUND: ("资金渠道", "the chain that money travels"),
    },
    e.DivisionKind: {
        e.DivisionKind.STANDARD: ("标准区划", "in GB/T 2260"),
        e.DivisionKind.FUNCTIONAL_ZONE: ("功能区", "functional zone outside GB/T 2260"),
        e.DivisionKind.XPCC: ("新疆生产建设兵团", "Xinjiang Production and Construction Corps"),
    },
    e.Line: {
        e.Line.FINANCE: ("财务与资金运用", "finance and fund utilisation"),
        e.Line.ECOLOGICAL_RESTORATION: ("生态保护修复(含海洋)", "ecological restoration, marine included"),
        e.Line.MARINE_MONITORING: ("海洋预警监测", "marine monitoring and early warning"),
        e.Line.GEOHAZARD: ("地质灾害防治", "geohazard control"),
        e.Line.OTHER: ("其他", "other"),
    },
    e.FundCategory: {
        e.FundCategory.CENTRAL: ("中央财政支持专项相关资金", "centrally supported programme funds"),
        e.FundCategory.LOCAL: ("地方财政支持专项相关资金", "locally supported programme funds"),
        e.FundCategory.SOCIAL: ("社会资金", "private funds without fiscal money"),
        e.FundCategory.UNDECIDED: ("待判定", "undecided"),
    },
    e.Source: {
        e.Source.CENTRAL: ("中央财政", "central budget"),
        e.Source.PROVINCE: ("省级财政", "provincial budget"),
        e.Source.CITY: ("市级财政", "city budget"),
        e.Source.COUNTY: ("县级财政", "county budget"),
        e.Source.OWNER: ("责任人出资", "the responsible owner"),
        e.Source.SOCIAL: ("社会资本", "social capital"),
        e.Source.MIXED: ("市县及社会(原文未分)", "local and social, not split where published"),
    },
    e.Provenance: {
        e.Provenance.REGISTERED: ("登记", "registered in the system"),
        e.Provenance.PUBLISHED: ("公开数据", "quoted from a publication; owes no filing"),
        e.Provenance.DEMO: ("演示数据", "synthetic demonstration data"),
    },
    e.AllocationKind: {
        e.AllocationKind.ADVANCE: ("提前下达", "advance notification"),
        e.AllocationKind.REGULAR: ("下达", "regular issue"),
        e.AllocationKind.ADDITIONAL: ("追加", "additional issue"),
        e.AllocationKind.RECALL: ("收回", "recall"),
        e.AllocationKind.AWARD: ("核定总额", "award total, not money received"),
        e.AllocationKind.STATED_TOTAL: ("公布总数", "published total, not added up"),
        e.AllocationKind.APPLIED: ("申请数", "applied for, not granted"),
    },
    e.ProjectStatus: {
        e.ProjectStatus.PROPOSED: ("申报", "proposed"),
        e.ProjectStatus.ADMITTED: ("入库", "admitted to the reserve"),
        e.ProjectStatus.FUNDED: ("已安排资金", "funded, not started"),
        e.ProjectStatus.UNDER_WAY: ("在建", "under way"),
        e.ProjectStatus.COMPLETED: ("完工", "completed"),
        e.ProjectStatus.ACCEPTED: ("验收", "accepted"),
        e.ProjectStatus.WITHDRAWN: ("出库", "withdrawn"),
        e.ProjectStatus.TERMINATED: ("终止", "terminated"),
    },
    e.ReserveStatus: {
        e.ReserveStatus.DRAFT: ("草稿", "draft"),
        e.ReserveStatus.APPLIED: ("申报", "applied"),
        e.ReserveStatus.UNDER_REVIEW: ("审核中", "under review"),
        e.ReserveStatus.FILED: ("备案", "filed for record"),
        e.ReserveStatus.ADMITTED: ("入库", "admitted"),
        e.ReserveStatus.REFUSED: ("不予入库", "refused"),
        e.ReserveStatus.EXPIRED: ("逾期出库", "expired"),
        e.ReserveStatus.WITHDRAWN: ("退出", "withdrawn"),
    },
    e.IndicatorKind: {
        e.IndicatorKind.QUANTITY: ("数量指标", "output quantity"),
        e.IndicatorKind.QUALITY: ("质量指标", "output quality"),
        e.IndicatorKind.TIMELINESS: ("时效指标", "output timeliness"),
        e.IndicatorKind.COST: ("成本指标", "cost"),
        e.IndicatorKind.ECONOMIC: ("经济效益指标", "economic benefit"),
        e.IndicatorKind.SOCIAL: ("社会效益指标", "social benefit"),
        e.IndicatorKind.ECOLOGICAL: ("生态效益指标", "ecological benefit"),
        e.IndicatorKind.SUSTAINABILITY: ("可持续影响指标", "sustainability"),
        e.IndicatorKind.SATISFACTION: ("满意度指标", "satisfaction of those served"),
    },
    e.IndicatorGroup: {
        e.IndicatorGroup.OUTPUT: ("产出指标", "output"),
        e.IndicatorGroup.COST: ("成本指标", "cost"),
        e.IndicatorGroup.BENEFIT: ("效益指标", "benefit"),
        e.IndicatorGroup.SATISFACTION: ("满意度指标", "satisfaction"),
    },
    e.Direction: {
        e.Direction.GE: ("正向(≥)", "at least"),
        e.Direction.LE: ("反向(≤)", "at most"),
        e.Direction.EQ: ("等于(=)", "exactly"),
        e.Direction.QUAL: ("定性", "judged in words"),
    },
    e.TimeAggregation: {
        e.TimeAggregation.SUM: ("累加", "sum over time"),
        e.TimeAggregation.LAST: ("取最新", "latest value"),
        e.TimeAggregation.MAX: ("取最大", "largest value"),
        e.TimeAggregation.NONE: ("不汇总", "not combined"),
    },
    e.SpaceAggregation: {
        e.SpaceAggregation.SUM: ("累加", "sum over divisions"),
        e.SpaceAggregation.RATIO: ("分子分母分别累加", "summed numerators over summed denominators"),
        e.SpaceAggregation.NONE: ("不汇总", "not combined"),
    },
    e.FilingKind: {
        e.FilingKind.REGULAR: ("正常填报", "with figures"),
        e.FilingKind.NIL: ("零申报", "nil return"),
        e.FilingKind.EXEMPT: ("豁免", "exempt"),
    },
    e.FilingState: {
        e.FilingState.OPEN: ("待填", "open"),
        e.FilingState.DRAFT: ("填报中", "draft"),
        e.FilingState.SUBMITTED: ("已提交", "submitted"),
        e.FilingState.RETURNED: ("退回", "returned"),
        e.FilingState.CITY_REVIEWED: ("市级已审", "reviewed by the city"),
        e.FilingState.PROVINCE_REVIEWED: ("省级归口已审", "reviewed by the province"),
        e.FilingState.TRANSMITTED: ("已传输部", "transmitted to the ministry"),
        e.FilingState.RECEIVED: ("部已接收", "received by the ministry"),
    },
    e.PaymentKind: {
        e.PaymentKind.PAYMENT: ("支付", "payment"),
        e.PaymentKind.REFUND: ("退款", "refund"),
    },
    e.ChangeField: {
        e.ChangeField.TOTAL_INVESTMENT: ("总投资", "total investment"),
        e.ChangeField.SCALE: ("实施规模", "scale"),
        e.ChangeField.TARGET: ("绩效目标", "performance target"),
        e.ChangeField.DIRECTION: ("支出方向", "spending direction"),
        e.ChangeField.TERM: ("工期", "term"),
        e.ChangeField.TERMINATION: ("终止", "termination"),
    },
    e.UnitKind: {
        e.UnitKind.MINISTRY: ("自然资源部", "the ministry"),
        e.UnitKind.NR_AUTHORITY: ("自然资源主管部门", "natural-resources authority"),
        e.UnitKind.FINANCE_DEPARTMENT: ("财政部门", "finance department"),
        e.UnitKind.MARINE_BUREAU: ("海洋部门", "marine bureau"),
        e.UnitKind.XPCC_BUREAU: ("兵团自然资源部门", "XPCC bureau"),
        e.UnitKind.SUPPORT_INSTITUTION: ("支撑单位", "support institution"),
        e.UnitKind.EXECUTING_UNIT: ("项目实施单位", "executing unit"),
    },
    e.Role: {
        e.Role.MINISTRY: ("部级用户", "ministry"),
        e.Role.INSPECTOR: ("检查人员", "inspector"),
        e.Role.PROVINCE: ("省级用户", "province"),
        e.Role.CITY: ("市级用户", "city"),
        e.Role.COUNTY: ("县级用户", "county"),
    },
    e.Severity: {
        e.Severity.BLOCKING: ("阻断", "blocks transmission"),
        e.Severity.RED: ("红灯", "needs a plan or explanation before transmission"),
        e.Severity.YELLOW: ("黄灯", "needs an explanation by the next period"),
        e.Severity.INFO: ("提示", "informs"),
    },
    e.RuleCategory: {
        e.RuleCategory.DQ: ("数据质量", "data quality"),
        e.RuleCategory.DL: ("时限", "deadline"),
        e.RuleCategory.PT: ("问题触发", "problem trigger"),
        e.RuleCategory.CS: ("一致性", "consistency"),
        e.RuleCategory.PM: ("权限", "permission"),
    },
    e.RuleStage: {
        e.RuleStage.DRAFT: ("草案", "draft"),
        e.RuleStage.TRIAL: ("试运行", "on trial, binds nobody"),
        e.RuleStage.ACTIVE: ("生效", "active"),
        e.RuleStage.RETIRED: ("停用", "retired"),
    },
    e.FindingState: {
        e.FindingState.NEW: ("新发", "new"),
        e.FindingState.PERSISTING: ("持续", "persisting"),
        e.FindingState.EXPLAINED: ("已说明", "explained"),
        e.FindingState.WAIVED: ("豁免", "waived"),
        e.FindingState.CLEARED: ("已消除", "cleared"),
        e.FindingState.RECURRED: ("复发", "recurred"),
    },
    e.SubjectKind: {
        e.SubjectKind.PROJECT: ("项目", "a project"),
        e.SubjectKind.FILING: ("季度填报", "a quarterly filing"),
        e.SubjectKind.ALLOCATION: ("资金下达", "an allocation"),
        e.SubjectKind.TARGET: ("绩效目标", "a target"),
        e.SubjectKind.DIVISION: ("区划", "a division"),
    },
    e.DocumentKind: {
        e.DocumentKind.BUDGET_NOTICE: ("预算通知", "budget notice"),
        e.DocumentKind.ISSUE_NOTICE: ("下达文件", "issue notice"),
        e.DocumentKind.APPROVAL: ("批复", "approval"),
        e.DocumentKind.VOUCHER: ("凭证", "voucher"),
        e.DocumentKind.MEASURE: ("管理办法", "measure"),
        e.DocumentKind.NEWS: ("报道", "news report"),
        e.DocumentKind.PLAN: ("实施方案", "plan"),
        e.DocumentKind.OTHER: ("其他", "other"),
    },
    e.Confidence: {
        e.Confidence.OFFICIAL_PAGE: ("官方网页核实", "checked on an official page"),
        e.Confidence.OFFICIAL_REPRINT: ("官方通知转载核实", "checked in a reprint of the official notice"),
        e.Confidence.MEDIA_OR_MIRROR: ("媒体或镜像核实", "checked in media or a mirror"),
        e.Confidence.NOT_PUBLISHED: ("未公开", "not a publication"),
    },
    e.DivisionChangeType: {
        e.DivisionChangeType.RENAME: ("更名", "a new name for the same place"),
        e.DivisionChangeType.RECODE: ("改码", "one place goes on under a new code, 撤县设市 and the like included"),
        e.DivisionChangeType.MERGE: ("合并", "several places become one"),
        e.DivisionChangeType.SPLIT: ("拆分", "one place becomes several"),
        e.DivisionChangeType.PARTIAL_TRANSFER: ("部分划转", "a part of one place goes to another"),
        e.DivisionChangeType.REPARENT: ("变更隶属", "a place moves under another superior"),
        e.DivisionChangeType.ABOLISH: ("撤销", "a place ceases; others take its territory"),
        e.DivisionChangeType.ESTABLISH: ("新设", "a new place"),
        e.DivisionChangeType.FUNCTIONAL_ZONE: ("功能区", "a functional zone is set up or changed"),
    },
    e.DivisionCaseState: {
        e.DivisionCaseState.REGISTERED: ("已登记", "registered"),
        e.DivisionCaseState.CONFIRMED: ("已确认", "confirmed by those concerned"),
        e.DivisionCaseState.FILED: ("已报部", "filed with the ministry"),
        e.DivisionCaseState.RETURNED: ("退补", "sent back for completion"),
        e.DivisionCaseState.RECORDED: ("部已备案", "recorded by the ministry"),
        e.DivisionCaseState.EFFECTIVE: ("已生效", "in effect; totals not reconciled yet"),
        e.DivisionCaseState.RECONCILED: ("对账通过", "in effect and reconciled"),
        e.DivisionCaseState.DISCREPANT: ("差异处理", "in effect; totals differ"),
        e.DivisionCaseState.CANCELLED: ("已取消", "cancelled before it took effect"),
    },
}


def zh(member: StrEnum) -> str:
    """The Chinese label."""
    return LABELS[type(member)][member][0]


def en(member: StrEnum) -> str:
    """The English label."""
    return LABELS[type(member)][member][1]
