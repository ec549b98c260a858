"""Media types of the API: which one a caller may be answered in, and what a body may be sent as."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
UTF_8 = frozenset({"utf-8", "utf8"})
_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_WHOLE = 1_000


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One part of an Accept header; `quality` in thousandths."""

    media: str
    quality: int
    utf_8: bool

    def specificity(self, media: str) -> int:
        """How precisely it names a media type; 0 when it does not cover it."""
        if not self.utf_8:
            return 0
        kind = media.partition("/")[0]
        return {media: 3, f"{kind}/*": 2, "*/*": 1}.get(self.media, 0)


def negotiate(accept: str) -> str | None:
    """The best media type this API answers in; None when it has none the caller takes. Blank means any.

    The most specific range counts for each type. Between equals the one named wins over the one merely covered,
    `graphql-response+json` where both are named, and plain JSON where neither is.
    """
    ranges = list(_ranges(accept))
    if not ranges:
        return JSON
    best: tuple[int, int, bool, str] | None = None
    for media in (GRAPHQL_JSON, JSON):
        specificity, quality = max((each.specificity(media), each.quality) for each in ranges)
        if specificity and quality:
            newest = (media == GRAPHQL_JSON) == (specificity == 3)
            best = max(best or (0, 0, False, ""), (quality, specificity, newest, media))
    return best[3] if best else None


def is_json(content_type: str) -> bool:
    """Whether a body sent so is JSON in UTF-8; nothing else is read."""
    media, parameters = _parsed(content_type)
    return media == JSON and parameters.get("charset", "utf-8") in UTF_8


def _ranges(accept: str) -> Iterator[MediaRange]:
    for part in accept.split(","):
        media, parameters = _parsed(part)
        if media:
            yield MediaRange(
                media, _quality(parameters.get("q", "1")), parameters.get("charset", "utf-8") in UTF_8 | {"*"}
            )


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    media, *rest = (piece.strip().lower() for piece in text.split(";"))
    parameters = (piece.partition("=") for piece in rest)
    return media, {name.strip(): value.strip().strip('"') for name, _, value in parameters}


def _quality(text: str) -> int:
    """In thousandths; what is not a quality refuses."""
    if not _QUALITY.fullmatch(text):
        return 0
    whole, _, part = text.partition(".")
    return int(whole) * _WHOLE + int(part.ljust(3, "0") or 0)
