"""文件: the paper behind a value."""

from datetime import date

import strawberry

from db.enums import Confidence, DocumentKind, Provenance
from resolvers.context import Context
from resolvers.money import documents_by_id
from resolvers.view import View
from schema.describe import Mapped, both, column
from schema.node import Node


@strawberry.type(description=both("文件", "a document that stands behind a value"))
class Document(Mapped, Node):
    """A notice, approval, voucher or publication."""

    view: strawberry.Private[View]
    code: str = column("文件编码", "code in the record")
    document_no: str | None = column("文号", "number as printed", of="number")
    title: str = column("标题", "title")
    kind: DocumentKind = column("文件类型", "kind")
    issued_on: date | None = column("成文日期", "date of the document")
    issuer: str | None = column("发文机关", "who issued it")
    url: str | None = column("网址", "address")
    confidence: Confidence = column("核实程度", "how far the source was checked")
    provenance: Provenance = column("数据来历", "where the record comes from")
    note: str | None = column("备注", "note")

    @classmethod
    async def load(cls, ctx: Context, document_id: int | None, view: View) -> "Document | None":
        """By id, if there is one."""
        return None if document_id is None else cls.maybe(await ctx.load(documents_by_id, document_id, view), view)
