"""Reads the files of a bundle, folder or zip, without trusting either."""

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from db.bundle.manifest import MANIFEST
from db.bundle.report import Faults, Refusal
from db.bundle.tables import TABLES

MEBIBYTE = 1 << 20
IGNORED = ("README.md", "README.txt")
KNOWN = {MANIFEST, *(table.file for table in TABLES)}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a bundle may hold; beyond it, it is refused before it is unpacked."""

    files: int = 64
    file_bytes: int = 512 * MEBIBYTE
    total_bytes: int = 1024 * MEBIBYTE


LIMITS = Limits()


def read_files(path: Path, faults: Faults, limits: Limits = LIMITS) -> dict[str, bytes]:
    """The known files of a bundle by name; everything else about it that is wrong goes to `faults`."""
    if path.is_dir():
        found = _from_folder(path, faults, limits)
    elif zipfile.is_zipfile(path):
        found = _from_zip(path, faults, limits)
    else:
        said = ("不是文件夹，也不是 zip 文件", "is neither a folder nor a zip file")
        if not path.exists():
            said = ("文件不存在", "does not exist")
        _fault(faults, path.name, "not-a-bundle", said, ("核对路径", "check the path"))
        return {}
    files: dict[str, bytes] = {}
    for name, data in found:
        if name in KNOWN:
            files[name] = data
        else:
            said = ("不是数据包中的文件", "is no file of the format")
            remedy = ("更正文件名或移出该文件", "correct its name or take it out; docs/import.md lists the files")
            _fault(faults, name, "unknown-file", said, remedy)
    return files


def _from_folder(folder: Path, faults: Faults, limits: Limits) -> Iterator[tuple[str, bytes]]:
    inside = sorted(entry for entry in folder.iterdir() if not _ignored(entry.name))
    if not _few_enough(folder.name, len(inside), faults, limits):
        return
    total = 0
    for entry in inside:
        if entry.is_symlink() or not entry.is_file():
            _odd_entry(entry.name, faults)
            continue
        size = entry.stat().st_size
        total += size
        if _small_enough(entry.name, size, total, faults, limits):
            yield entry.name, entry.read_bytes()


def _from_zip(path: Path, faults: Faults, limits: Limits) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [info for info in archive.infolist() if not info.is_dir() and not _ignored(info.filename)]
            if not _few_enough(path.name, len(inside), faults, limits):
                return
            yield from _members(archive, inside, faults, limits)
    except zipfile.BadZipFile:
        _broken(path.name, faults)


def _members(
    archive: zipfile.ZipFile, inside: list[zipfile.ZipInfo], faults: Faults, limits: Limits
) -> Iterator[tuple[str, bytes]]:
    top = _common_folder(inside)
    seen: set[str] = set()
    total = 0
    for info in inside:
        name = info.filename.removeprefix(top)
        if _unsafe(info, name):
            _odd_entry(info.filename, faults)
            continue
        if name in seen:
            said = ("在压缩包中出现两次", "stands twice in the zip")
            _fault(faults, name, "duplicate-file", said, ("只保留一个", "keep one"))
            continue
        seen.add(name)
        total += info.file_size
        if not _small_enough(name, info.file_size, total, faults, limits):
            continue
        try:
            with archive.open(info) as member:
                # One byte more than it says, so that a header that lies is caught without unpacking the rest.
                data = member.read(info.file_size + 1)
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError):
            _broken(name, faults)
            continue
        yield name, data


def _ignored(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        not parts or parts[-1] in IGNORED or parts[0] == "__MACOSX" or (parts[-1].startswith(".") and ".." not in name)
    )


def _common_folder(inside: list[zipfile.ZipInfo]) -> str:
    """`name/` when everything lies in one folder of that name, as zipping a folder does."""
    tops = {info.filename.partition("/")[0] for info in inside}
    top = next(iter(tops), "")
    nested = len(tops) == 1 and all("/" in info.filename for info in inside)
    return f"{top}/" if nested and top not in {"", ".."} else ""


def _unsafe(info: zipfile.ZipInfo, name: str) -> bool:
    encrypted = bool(info.flag_bits & 0x1)
    linked = stat.S_ISLNK(info.external_attr >> 16)
    return encrypted or linked or "/" in name or "\\" in name or ":" in name or name in {"", ".."}


def _few_enough(name: str, count: int, faults: Faults, limits: Limits) -> bool:
    if count <= limits.files:
        return True
    said = (f"含{count}个文件，超过{limits.files}个", f"holds {count} files, more than {limits.files}")
    _fault(faults, name, "too-many-files", said, ("只保留数据包的文件", "keep the files of the format only"))
    return False


def _small_enough(name: str, size: int, total: int, faults: Faults, limits: Limits) -> bool:
    if size <= limits.file_bytes and total <= limits.total_bytes:
        return True
    said = (f"过大（{size}字节）", f"is too large ({size} bytes)")
    _fault(faults, name, "too-large-file", said, ("拆分成多个数据包", "split the bundle"))
    return False


def _odd_entry(name: str, faults: Faults) -> None:
    said = (
        "不是数据包顶层的普通文件（子文件夹、链接、加密或越界路径）",
        "is no plain file at the top of the bundle (a folder, a link, encrypted, or a path that leads out)",
    )
    _fault(faults, name, "unsafe-file", said, ("将文件直接放在数据包中", "put the file itself at the top"))


def _broken(name: str, faults: Faults) -> None:
    said = ("压缩包已损坏", "the zip is damaged here")
    _fault(faults, name, "broken-zip", said, ("重新打包", "zip it again"))


def _fault(faults: Faults, name: str, slug: str, said: tuple[str, str], remedy: tuple[str, str]) -> None:
    faults.add(name, None, None, None, Refusal(slug, said[0], said[1], remedy[0], remedy[1]))
