"""Changes of divisions applied to a tree: each kind, and each way a line may not fit."""

from datetime import date

import pytest

from db.division_tree import (
    Change,
    ChangeEmpty,
    ChangeRefused,
    ChildrenLeftBehind,
    NewDivisionDiffers,
    Node,
    OldDivisionUnknown,
    ParentUnknown,
    changed,
    parent_code,
)

DAY = date(2024, 5, 1)
TREE = {
    "100000": Node("全国", None),
    "110000": Node("甲省", "100000"),
    "110100": Node("乙市", "110000"),
    "110121": Node("丙县", "110100"),
    "110122": Node("丁县", "110100"),
}


def change(old=None, new=None, kind="更名", *, partial=False, on=DAY):
    old_code, old_name = old or (None, None)
    new_code, new_name = new or (None, None)
    return Change("C", on, kind, old_code, old_name, new_code, new_name, partial)


C, D = ("110121", "丙县"), ("110122", "丁县")


def below(tree):
    return {code: (node.name, node.parent) for code, node in tree.items() if code not in {"100000", "110000", "110100"}}


@pytest.mark.parametrize(
    ("changes", "counties"),
    [
        ([change(C, ("110121", "戊县"))], {"110121": "戊县", "110122": "丁县"}),
        ([change(C, ("110181", "丙市"), "撤县设市")], {"110181": "丙市", "110122": "丁县"}),
        ([change(C, D, "撤销")], {"110122": "丁县"}),
        ([change(None, ("110123", "己县"), "新设")], {"110121": "丙县", "110122": "丁县", "110123": "己县"}),
        (
            [change(C, ("110123", "己县"), "拆分新设", partial=True)],
            {"110121": "丙县", "110122": "丁县", "110123": "己县"},
        ),
        (
            [change(C, D, "撤区设区", partial=True), change(C, ("110123", "己县"), "撤销拆分", partial=True)],
            {"110122": "丁县", "110123": "己县"},
        ),
        (
            [change(C, ("110102", "庚区"), "撤销"), change(D, ("110102", "庚区"), "撤县设区")],
            {"110102": "庚区"},
        ),
        (
            [change(D, ("110121", "辛县"), "撤销"), change(C, ("110121", "辛县"))],
            {"110121": "辛县"},
        ),
    ],
    ids=["rename", "recode", "merge", "set up", "cede", "split up", "merge into new", "merge into renamed"],
)
def test_what_a_change_makes_of_the_tree(changes, counties):
    assert below(changed(TREE, changes)) == {code: (name, "110100") for code, name in counties.items()}


def test_later_days_build_on_earlier_ones_whatever_their_order():
    later = change(("110181", "丙市"), ("110102", "丙区"), "撤市设区", on=date(2025, 1, 1))
    earlier = change(C, ("110181", "丙市"), "撤县设市")
    assert below(changed(TREE, [later, earlier])) == {"110102": ("丙区", "110100"), "110122": ("丁县", "110100")}


def test_the_given_tree_stays_as_it_was():
    before = dict(TREE)
    changed(TREE, [change(C, D, "撤销")])
    assert before == TREE


@pytest.mark.parametrize(
    ("refused", "fault", "says"),
    [
        (change(("110129", "无县"), D), OldDivisionUnknown, "110129 无县: no such code on the day before"),
        (change(("110121", "无县"), D), OldDivisionUnknown, "110121 无县: it is called 丙县"),
        (change(None, D, "新设"), NewDivisionDiffers, "110122 丁县 exists already"),
        (change(C, ("110122", "庚县"), "撤销"), NewDivisionDiffers, "110122 is called 丁县, not 庚县"),
        (change(None, ("990101", "壬区"), "新设"), ParentUnknown, "set up 990100 or 990000 first"),
        (change(("110100", "乙市"), ("110200", "癸市"), "撤销"), ChildrenLeftBehind, "丙县 still belongs to 110100"),
        (change(), ChangeEmpty, "names no division"),
    ],
)
def test_a_line_that_does_not_fit_is_refused(refused, fault, says):
    with pytest.raises(ChangeRefused, match=rf"^change C \(.*, 2024-05-01\): .*{says}") as caught:
        changed(TREE, [refused])
    assert (type(caught.value), caught.value.change) == (fault, refused)


@pytest.mark.parametrize(("code", "parent"), [("110121", "110100"), ("110200", "110000"), ("119001", "110000")])
def test_a_code_belongs_to_its_city_or_else_its_province(code, parent):
    assert parent_code(code, TREE) == parent


def test_a_code_of_no_province_belongs_nowhere():
    with pytest.raises(KeyError):
        parent_code("990000", TREE)
