"""Files that are not what they say, and bundles that reach for more than their own."""

import hashlib
import stat
import zipfile
from pathlib import Path

import pytest

from db.bundle.csv_file import decoded, read_csv
from db.bundle.importer import read_bundle
from db.bundle.manifest import MANIFEST, Expected, read_manifest
from db.bundle.report import CellRefused, Faults
from db.bundle.source import Limits, read_files
from db.bundle.tables import BY_NAME
from db.enums import Provenance

PLAN = BY_NAME["pay_plans"]
HEADER = "project,period,cumulative_bp\n"


def told(faults: Faults) -> list[tuple]:
    return [(fault.file, fault.row, fault.column, fault.slug) for fault in faults]


def rows_of(text: str | bytes, expected: Expected | None = None) -> tuple[list, list]:
    faults = Faults()
    data = text.encode() if isinstance(text, str) else text
    frame = read_csv(PLAN, data, expected, faults)
    return list(zip(frame.lines, frame.cells.get("project", []), strict=False)), told(faults)


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def files_in(path: Path, limits: Limits | None = None) -> tuple[list[str], list]:
    faults = Faults()
    files = read_files(path, faults) if limits is None else read_files(path, faults, limits)
    return sorted(files), told(faults)


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "spreadsheet"),
        ("代码".encode("utf-16"), "utf-16"),
        (b"a,b\nc,\x00\n", "nul"),
        (b"\xff\xff\x81", "encoding"),
        ("代码\n甲\ufffd".encode(), "lost-characters"),
    ],
)
def test_files_that_are_no_text(data: bytes, slug: str) -> None:
    with pytest.raises(CellRefused) as caught:
        decoded(data)
    assert caught.value.refusal.slug == slug


def test_the_line_of_a_nul_is_told() -> None:
    with pytest.raises(CellRefused, match="line 2"):
        decoded(b"a,b\nc,\x00\n")


def test_lines_are_counted_through_line_breaks_in_cells() -> None:
    text = 'project,period,cumulative_bp\n"P\n1",2024Q1,1\nP2,2024Q1,1\n\n,,\nP3,2024Q1,1\n'
    rows, faults = rows_of(text)
    assert [line for line, _ in rows] == [2, 4, 7]
    assert faults == [("pay_plans.csv", 2, "project", "code-characters")]


def test_trailing_commas_of_spreadsheets_are_harmless() -> None:
    rows, faults = rows_of("project,period,cumulative_bp,,\nP1,2024Q1,1,,\nP2,2024Q1,1\n")
    assert rows == [(2, "P1"), (3, "P2")]
    assert faults == []


@pytest.mark.parametrize("row", ["P1,2024Q1", "P1,2024Q1,1,extra"])
def test_rows_of_another_length_are_refused_once(row: str) -> None:
    rows, faults = rows_of(f"{HEADER}{row}\nP2,2024Q1,1\n")
    assert faults == [("pay_plans.csv", 2, None, "ragged-row")]
    assert rows == [(2, "P1"), (3, "P2")], "its key is still known to what refers to it"


@pytest.mark.parametrize("mark", [";", "\t", "|", "，"])
def test_other_delimiters_are_named(mark: str) -> None:
    assert rows_of(HEADER.replace(",", mark))[1] == [("pay_plans.csv", None, None, "delimiter")]


@pytest.mark.parametrize("text", ["", "\n", ",,\n"])
def test_a_file_without_header(text: str) -> None:
    assert rows_of(text)[1] == [("pay_plans.csv", None, None, "empty-file")]


def test_an_open_quote_is_told_where_it_opens() -> None:
    rows, faults = rows_of(f'{HEADER}P1,2024Q1,1\n"P2,2024Q1,1\nP3,2024Q1,1\n')
    assert rows == [(2, "P1")]
    assert faults == [("pay_plans.csv", 3, None, "bad-quotes")]
    assert rows_of('"project,period\n')[1] == [("pay_plans.csv", None, None, "bad-quotes")]
    assert rows_of(f'{HEADER}P1,"2024"Q1,1\n')[1] == [("pay_plans.csv", 2, None, "bad-quotes")]


def test_headers_in_either_language_and_width() -> None:
    rows, faults = rows_of("项目, 季度 ,累计比例(万分之)\nP1,2024Q1,1\n")
    assert (rows, faults) == ([(2, "P1")], [])
    assert rows_of("Project,PERIOD,ｃumulative_bp\nP1,2024Q1,1\n")[1] == []


def test_faulty_headers() -> None:
    assert rows_of("project,project,perod,,x\n")[1] == [
        ("pay_plans.csv", 1, "project", "duplicate-header"),
        ("pay_plans.csv", 1, "perod", "unknown-column"),
        ("pay_plans.csv", 1, "", "blank-header"),
        ("pay_plans.csv", 1, "x", "unknown-column"),
        ("pay_plans.csv", 1, "period", "missing-column"),
        ("pay_plans.csv", 1, "cumulative_bp", "missing-column"),
    ]
    faults = Faults()
    read_csv(PLAN, b"project,perod,cumulative_bp\n", None, faults)
    assert next(iter(faults)).remedy_en == "delete it, or use: period"


def test_a_money_column_in_two_units_is_one_too_many() -> None:
    faults = Faults()
    read_csv(BY_NAME["fund_years"], "fund,budget_year,budget_yuan,预算（万元）\n".encode(), None, faults)
    assert told(faults) == [("fund_years.csv", 1, "预算（万元）", "duplicate-header")]


def test_what_the_manifest_promises_is_counted() -> None:
    text = f"{HEADER}P1,2024Q1,1\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert rows_of(text, Expected(1, digest))[1] == []
    assert rows_of(text, Expected(2, "0" * 64))[1] == [
        ("pay_plans.csv", None, None, "digest"),
        ("pay_plans.csv", None, None, "row-count"),
    ]


GOOD = 'format = 1\nname = "a-1"\ntitle = "甲"\ntitle_en = "A"\nprovenance = "DEMO"\nsource = "s"\n'


def test_a_good_manifest() -> None:
    faults = Faults()
    text = GOOD + f'[files]\n"a.csv" = 3\n"b.csv" = {{ rows = 1, sha256 = "{"a" * 64}" }}\n'
    manifest = read_manifest(b"\xef\xbb\xbf" + text.encode(), faults)
    assert told(faults) == []
    assert (manifest.name, manifest.title, manifest.provenance) == ("a-1", "甲", Provenance.DEMO)
    assert manifest.files == {"a.csv": Expected(3), "b.csv": Expected(1, "a" * 64)}


@pytest.mark.parametrize(
    ("old", "new", "row", "key", "slug"),
    [
        ("format = 1", "format = 2", None, "format", "bad-format"),
        ("format = 1\n", "", None, "format", "bad-format"),
        ("format = 1", "format = true", None, "format", "bad-format"),
        ('"a-1"', '"A 1"', None, "name", "manifest-name"),
        ('"a-1"', "1", None, "name", "manifest-key"),
        ('"甲"', '" "', None, "title", "manifest-key"),
        ('"DEMO"', '"FAKE"', None, "provenance", "manifest-provenance"),
        ('source = "s"\n', "", None, "source", "manifest-key"),
        ('"s"\n', '"s"\ncolour = 1\n', None, "colour", "unknown-key"),
        ('"s"\n', '"s"\n[files]\n"a.csv" = "many"\n', None, "a.csv", "manifest-files"),
        ('"s"\n', '"s"\nfiles = 3\n', None, "files", "manifest-files"),
        ('"a-1"', '"a-1', 2, None, "bad-toml"),
    ],
)
def test_faulty_manifests(old: str, new: str, row: int | None, key: str | None, slug: str) -> None:
    faults = Faults()
    read_manifest(GOOD.replace(old, new).encode(), faults)
    assert told(faults) == [(MANIFEST, row, key, slug)]


def test_a_manifest_that_is_missing_or_not_text() -> None:
    faults = Faults()
    read_manifest(None, faults)
    read_manifest(b"\xff", faults)
    assert told(faults) == [(MANIFEST, None, None, "no-manifest"), (MANIFEST, None, None, "manifest-encoding")]


def test_a_file_the_manifest_names_must_be_there(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(f'{GOOD}[files]\n"funds.csv" = 1\n', encoding="utf-8")
    assert told(read_bundle(tmp_path).faults) == [("funds.csv", None, None, "missing-file")]


def test_a_bundle_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("text", encoding="utf-8")
    assert told(read_bundle(tmp_path / "none").faults) == [("none", None, None, "not-a-bundle")]
    assert told(read_bundle(tmp_path / "text").faults) == [("text", None, None, "not-a-bundle")]
    (tmp_path / "empty").mkdir()
    assert told(read_bundle(tmp_path / "empty").faults) == [(MANIFEST, None, None, "no-manifest")]


def test_a_folder_holds_plain_known_files(tmp_path: Path) -> None:
    for name in (MANIFEST, "funds.csv", "README.md", ".DS_Store", "fund.csv"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "units.csv").symlink_to("/etc/hostname")
    assert files_in(tmp_path) == (
        ["funds.csv", MANIFEST],
        [
            ("fund.csv", None, None, "unknown-file"),
            ("more", None, None, "unsafe-file"),
            ("units.csv", None, None, "unsafe-file"),
        ],
    )


@pytest.mark.parametrize("name", ["../funds.csv", "/funds.csv", "..\\funds.csv", "C:funds.csv", "deep/funds.csv"])
def test_paths_that_lead_out_of_a_zip(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", {MANIFEST: b"x", name: b"x"})
    files, faults = files_in(path)
    assert files == [MANIFEST]
    assert [slug for *_, slug in faults] == ["unsafe-file"]


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("funds.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert files_in(path) == ([], [("funds.csv", None, None, "unsafe-file")])


def test_a_file_twice_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("funds.csv", "one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("funds.csv", "two")
    assert files_in(path) == (["funds.csv"], [("funds.csv", None, None, "duplicate-file")])


def test_what_mac_and_windows_add_to_a_zip_is_passed_over(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {MANIFEST: b"x", "__MACOSX/._funds.csv": b"x", ".DS_Store": b"x"})
    assert files_in(path) == ([MANIFEST], [])


def test_a_damaged_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"funds.csv": b"some text" * 100})
    data = bytearray(path.read_bytes())
    data[45:50] = b"\xff\xff\xff\xff\xff"
    path.write_bytes(data)
    assert files_in(path) == ([], [("funds.csv", None, None, "broken-zip")])


def test_sizes_are_limited_before_unpacking(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"funds.csv": b"0" * 1000, "units.csv": b"0" * 10, "targets.csv": b"0" * 10})
    assert files_in(path, Limits(file_bytes=100)) == (
        ["targets.csv", "units.csv"],
        [("funds.csv", None, None, "too-large-file")],
    )
    assert files_in(path, Limits(total_bytes=1015)) == (
        ["funds.csv", "units.csv"],
        [("targets.csv", None, None, "too-large-file")],
    )
    assert files_in(path, Limits(files=2)) == ([], [("a.zip", None, None, "too-many-files")])
    for name in ("funds.csv", "units.csv"):
        (tmp_path / name).write_bytes(b"0" * 10)
    assert files_in(tmp_path, Limits(files=2)) == ([], [(tmp_path.name, None, None, "too-many-files")])
