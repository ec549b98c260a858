"""The manifest: what a bundle is called, where its rows come from, and what its files should hold."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from db.bundle.report import Faults, Refusal
from db.enums import Provenance

MANIFEST = "manifest.toml"
FORMAT = 1
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
SHA256 = re.compile(r"[0-9a-f]{64}")
TEXTS = ("name", "title", "title_en", "provenance", "source")
KEYS = ("format", *TEXTS, "files")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the manifest says of one file."""

    rows: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A bundle's own words about itself; `provenance` is stamped on every row that says its own."""

    name: str
    title: str
    title_en: str
    provenance: Provenance
    source: str
    files: Mapping[str, Expected] = field(default_factory=dict)


UNREADABLE = Manifest("?", "?", "?", Provenance.REGISTERED, "?")
"""Stands in for a manifest with faults while the tables are still checked."""


def read_manifest(data: bytes | None, faults: Faults) -> Manifest:
    """The manifest of a bundle; what is wrong with it goes to `faults`."""
    found = len(faults)
    content = _parsed(data, faults)
    if content is None:
        return UNREADABLE
    for key in content.keys() - set(KEYS):
        faults.add(
            MANIFEST,
            None,
            key,
            content[key],
            _refusal("unknown-key", ("没有这一项", "is not a key of a manifest"), ("删除", "delete it")),
        )
    _check_format(content, faults)
    texts = {key: _text(content, key, faults) for key in TEXTS}
    files = _files(content.get("files", {}), faults)
    if len(faults) > found:
        return UNREADABLE
    return Manifest(
        texts["name"], texts["title"], texts["title_en"], Provenance(texts["provenance"]), texts["source"], files
    )


def _parsed(data: bytes | None, faults: Faults) -> dict[str, Any] | None:
    if data is None:
        said = ("缺少 manifest.toml", "manifest.toml is missing")
        faults.add(
            MANIFEST,
            None,
            None,
            None,
            _refusal("no-manifest", said, ("补上清单文件", "add it: docs/import.md shows one")),
        )
        return None
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        said = ("不是 UTF-8 编码", "is not UTF-8")
        faults.add(
            MANIFEST, None, None, None, _refusal("manifest-encoding", said, ("另存为 UTF-8", "save it as UTF-8"))
        )
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        refusal = Refusal(
            "bad-toml", f"不是合法的 TOML：{error}", f"is not TOML: {error}", "更正该行语法", "correct the syntax"
        )
        faults.add(MANIFEST, int(line[1]) if line else None, None, None, refusal)
    return None


def _check_format(content: dict[str, Any], faults: Faults) -> None:
    if content.get("format") != FORMAT or isinstance(content.get("format"), bool):
        said = (f"格式版本应为 {FORMAT}", f"the format must be {FORMAT}")
        remedy = (f"写 format = {FORMAT}", f"write format = {FORMAT}")
        faults.add(MANIFEST, None, "format", content.get("format"), _refusal("bad-format", said, remedy))


def _text(content: dict[str, Any], key: str, faults: Faults) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value.strip():
        said = (f"缺少 {key}", f"{key} is missing")
        faults.add(
            MANIFEST, None, key, value, _refusal("manifest-key", said, (f'写 {key} = "…"', f'write {key} = "…"'))
        )
        return ""
    if key == "name" and not SLUG.fullmatch(value):
        said = ("名称只能含小写字母、数字和连字符", "a name has lower-case letters, digits and hyphens only")
        faults.add(
            MANIFEST,
            None,
            key,
            value,
            _refusal("manifest-name", said, ("改名，如 qinghai-2024", "rename it, like qinghai-2024")),
        )
    if key == "provenance" and value not in {member.value for member in Provenance}:
        allowed = ", ".join(member.value for member in Provenance)
        said = ("来源类别不在允许的取值中", "is not a provenance")
        faults.add(
            MANIFEST,
            None,
            key,
            value,
            _refusal("manifest-provenance", said, (f"改为：{allowed}", f"use one of: {allowed}")),
        )
    return value


def _files(content: Any, faults: Faults) -> dict[str, Expected]:
    expected: dict[str, Expected] = {}
    if not isinstance(content, dict):
        message = ("应为表", "must be a table")
        faults.add(
            MANIFEST, None, "files", content, _refusal("manifest-files", message, ("写 [files]", "write [files]"))
        )
        return expected
    for name, value in content.items():
        said = value if isinstance(value, dict) else {"rows": value}
        rows, digest = said.get("rows"), said.get("sha256")
        rows_fine = rows is None or (isinstance(rows, int) and not isinstance(rows, bool) and rows >= 0)
        digest_fine = digest is None or (isinstance(digest, str) and SHA256.fullmatch(digest) is not None)
        if rows_fine and digest_fine and said.keys() <= {"rows", "sha256"}:
            expected[name] = Expected(rows, digest)
            continue
        message = ('应为行数，或 { rows = …, sha256 = "…" }', 'must be a row count, or { rows = …, sha256 = "…" }')
        faults.add(MANIFEST, None, name, value, _refusal("manifest-files", message, ("更正该项", "correct the entry")))
    return expected


def _refusal(slug: str, said: tuple[str, str], remedy: tuple[str, str]) -> Refusal:
    return Refusal(slug, said[0], said[1], remedy[0], remedy[1])
