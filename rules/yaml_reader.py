"""Reads the YAML of the law strictly: a file that says one thing twice is refused, not half read."""

from pathlib import Path
from typing import Any

import yaml


class YamlFault(Exception):
    """A file of the law cannot be read; the message names the file and what to do."""


class _StrictLoader(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys without a word; this one refuses the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As the parent does, after looking for a key written twice."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(None, None, f"the key {key} is written twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_mapping(path: Path) -> dict[Any, Any]:
    """The mapping a YAML file holds; YamlFault when it holds anything else, or nothing readable."""
    try:
        # The loader derives from SafeLoader and builds plain values only.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506
    except (OSError, yaml.YAMLError, ValueError) as fault:
        raise YamlFault(f"{path}: not readable as YAML in UTF-8: {fault}. Correct the file.") from fault
    if not isinstance(content, dict):
        raise YamlFault(f"{path}: expected a mapping of fields at the top, found {type(content).__name__}.")
    return content
