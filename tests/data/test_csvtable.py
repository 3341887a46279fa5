"""Uploaded CSV files: what is recognised, what is refused and where, and that no file raises anything else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import app.data
from app.data import csvtext, encodings, textfile
from app.data.csvbuild import BuiltTable
from app.data.csvdecisions import KINDS, MISSING_CHOICES, Decisions
from app.data.csvlimits import Limits
from app.data.csvsource import CsvSource
from app.data.csvtable import Inspection, inspect, make
from app.data.errors import DataError
from app.data.prepare import prepare
from app.data.textfile import MalformedError

T = TypeVar("T")
LIMITS = Limits(bytes=100_000, rows=500, taken=500, columns=20, inputs=16, classes=20, cells=10_000, cell=300, name=100)
PENGUINS = (Path(app.data.__file__).parent / "penguins.csv").read_bytes()


def inspected_file(data: bytes, decisions: Decisions, limits: Limits = LIMITS) -> Inspection:
    with CsvSource(data, limits) as source:
        return inspect(source, decisions)


def made_file(data: bytes, decisions: Decisions) -> BuiltTable:
    with CsvSource(data, LIMITS) as source:
        return make(source, decisions)


def inspected(text: str | bytes, **decisions: Any) -> Inspection:
    data = text.encode() if isinstance(text, str) else text
    return inspected_file(data, Decisions(**decisions))


def made_table(text: str | bytes, **decisions: Any) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return made_file(data, Decisions(**decisions)).table


def refused(text: str | bytes, **decisions: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        made_table(text, **decisions)
    return caught.value


def fault_place(text: str | bytes, **decisions: Any) -> tuple[int, int]:
    error = refused(text, **decisions)
    assert isinstance(error, MalformedError), error
    return error.faults[0].line, error.faults[0].column


# What is recognised


def test_penguins_are_recognised() -> None:
    found = inspected(PENGUINS)
    assert [(column.kind, column.role) for column in found.columns] == [
        ("categories", "target"),
        *[("number", "input")] * 4,
    ]
    assert [column.missing for column in found.columns] == [0, 2, 2, 2, 2]
    assert (found.task, found.missing.rows, found.missing.remain) == ("multiclass", 2, 342)
    assert found.scaling is not None
    assert (found.scaling.scaling, round(found.scaling.ratio or 0)) == ("standard", 429)
    assert found.undecided == ()


@pytest.mark.parametrize(
    ("text", "separator", "decimal"),
    [
        ("a,b\n1.5,2\n2.5,3\n", "comma", "point"),
        ("a;b\n1,5;2\n2,5;3\n", "semicolon", "comma"),
        ("1,5;2,5\n2,5;3,5\n", "semicolon", "comma"),
        ("a;b\n1.5;2\n2.5;3\n", "semicolon", "point"),
        ("a\tb\n1,5\t2\n2,5\t3\n", "tab", "comma"),
        ('name;age\n"Smith, J";5\n"Doe, K";7\n', "semicolon", "point"),
    ],
)
def test_separator_and_decimal_sign_are_found_out(text: str, separator: str, decimal: str) -> None:
    found = inspected(text)
    assert (found.sheet.separator, found.decimal) == (separator, decimal)
    assert len(found.sheet.names) == 2


def test_separator_and_decimal_sign_can_be_said() -> None:
    table = made_table("a;y\n1.000;1\n2.000;2\n", separator="semicolon", decimal="point", task="regression")
    assert table.inputs[:, 0].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_byte_order_marks_are_taken(end: str, encoding: str) -> None:
    table = made_table(f"größe,y{end}1,no{end}2,yes{end}".encode(encoding))
    assert table.columns == ("größe",)
    assert table.classes == ("no", "yes")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Prix (€);kind\n1;no\n2;yes\n", "windows-1252"),
        ("größe;kind\n1;no\n2;yes\n", "windows-1252"),
        ("Łódź;żółw\n1;gęś\n2;źle\n3;gęś\n", "windows-1250"),
        ("Москва;город\n1;Казань\n2;Тверь\n3;Казань\n", "windows-1251"),
        ("東京都;名古屋市の人口\n1;a\n2;b\n", "shift_jis"),
    ],
)
def test_the_encoding_is_found_out(text: str, encoding: str) -> None:
    found = inspected(text.encode(encoding))
    assert found.encoding == encoding
    assert found.sheet.names == tuple(text.split("\n")[0].split(";"))


def test_a_byte_that_is_no_utf8_is_found_where_that_is_asked_for() -> None:
    data = "größe,y\n1,no\n2,yes\n".encode("latin-1")
    assert fault_place(data, encoding="utf-8") == (1, 3)
    assert refused(data, encoding="utf-8").allowed == ["auto"]


def test_quotes_hold_separators_lines_and_quotes() -> None:
    found = inspected('"a ""big"" one",b,y\n"1",  "two\nlines",no\n2,"x, y",yes\n3,"x, y",yes\n')
    assert found.sheet.names == ('a "big" one', "b", "y")
    assert found.first_rows == ((1.0, "two lines", "no"), (2.0, "x, y", "yes"), (3.0, "x, y", "yes"))


def test_a_file_without_a_header_has_numbered_columns() -> None:
    assert inspected("1,2\n3,4\n").sheet.names == ("column 1", "column 2")
    assert inspected("2019,2020\n3,4\n", header="yes").sheet.names == ("2019", "2020")
    assert len(inspected("no,yes\nyes,no\n", header="no").sheet.rows) == 2


def test_empty_and_repeated_names_are_made_unique() -> None:
    found = inspected("a,,a\n1,2,3\n4,5,6\n")
    assert found.sheet.names == ("a", "column 2", "a (2)")
    assert len(found.sheet.notes) == 2


@pytest.mark.parametrize("gap", ["", "NA", "n/a", "NaN", "nan", "null", "?", "  "])
def test_gaps_are_missing_and_stay_missing(gap: str) -> None:
    table = made_table(f"a,b,y\n1,{gap},0\n2,3,1\n4,5,1\n")
    assert np.isnan(table.inputs).tolist() == [[False, True], [False, False], [False, False]]


def test_gaps_can_be_dropped_or_filled() -> None:
    text = "a,b,y\n1,,0\n2,3,1\n4,5,0\n"
    dropped, filled = made_table(text, missing="leave_out"), made_table(text, missing="mean")
    assert dropped.inputs.tolist() == [[2, 3], [4, 5]]
    assert (dropped.left_out, dropped.why) == (1, "1 with a missing value")
    assert filled.fill == "mean"
    assert sorted(prepare(filled, test_fraction=0).inputs.tolist()) == [[1, 4], [2, 3], [4, 5]]


def test_a_row_without_a_target_is_left_out_and_reported() -> None:
    table = made_table("a,y\n1,no\n2,\n3,yes\n")
    assert (len(table.inputs), table.left_out, table.why) == (2, 1, "1 without a target")


@pytest.mark.parametrize("text", ["1_000", "0x10", "inf", "1e999", "Infinity", "٣", "=1+1", "1e99999999"])
def test_what_only_looks_like_a_number_is_a_text(text: str) -> None:
    found = inspected(f"a,b,y\n{text},1,0\n{text},2,1\n2,3,0\n", target="y")
    assert found.columns[0].kind == "categories"


@pytest.mark.parametrize("text", ["-1", "+1.5", ".5", "5.", "1e-3", "−2", "1E+05"])
def test_numbers_are_read_as_they_are_usually_written(text: str) -> None:
    assert inspected(f"a,y\n{text},0\n2,1\n").columns[0].kind == "number"


def test_categories_become_a_column_for_each_value_and_two_one() -> None:
    wide = made_table("port,size,y\nS,1,0\nC,2,1\nQ,3,1\nS,4,0\n", target="y")
    assert wide.columns == ("port=C", "port=Q", "port=S", "size")
    table = made_table("sex,size,y\nf,1,0\nm,2,1\n,3,1\nm,4,0\n", target="y")
    assert table.columns == ("sex=m", "size")
    assert table.inputs[:2].tolist() == [[0, 1], [1, 2]]
    assert np.isnan(table.inputs[2, 0])


def test_uninformative_columns_are_left_out_with_the_reason() -> None:
    rows = "\n".join(f"{n},{n * 1.5},same,,name {n},{n % 2}" for n in range(1, 9))
    found = inspected(f"id,size,constant,note,name,y\n{rows}\n")
    assert [column.role for column in found.columns] == ["left out", "input", *["left out"] * 3, "target"]
    assert [column.why for column in found.columns] == [
        "it only numbers the rows",
        "",
        "always 'same'",
        "it holds nothing",
        "8 different texts, like 'name 1'",
        "",
    ]


def test_inputs_are_limited_and_numeric_columns_come_first() -> None:
    numbers = ",".join(f"n{k}" for k in range(15))
    rows = "\n".join(f"{'abc'[r % 3]},{','.join(str(r * k + r) for k in range(15))},{r % 2}" for r in range(9))
    found = inspected(f"letter,{numbers},y\n{rows}\n")
    assert [column.role for column in found.columns] == ["left out", *["input"] * 15, "target"]
    assert "16 are the most" in found.columns[0].why
    assert refused(f"letter,{numbers},y\n{rows}\n", inputs=("letter", *numbers.split(","))).path == ("inputs",)


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ("0 1 0 1", "binary"),
        ("yes no yes no", "binary"),
        ("a b c a b c", "multiclass"),
        ("0 1 2 " * 5, "multiclass"),
        ("1.5 2.5 3.5 4.5", "regression"),
        ("1 2 3 4", "regression"),
    ],
)
def test_the_task_follows_from_the_target(values: str, task: str) -> None:
    text = "a,y\n" + "\n".join(f"{n * 1.5},{value}" for n, value in enumerate(values.split()))
    assert inspected(text).task == task


def test_numbers_can_be_classes_when_so_decided() -> None:
    assert made_table("a,y\n1,1.0\n2,2\n3,10\n", task="multiclass").classes == ("1", "2", "10")
    assert made_table("a,y\n1,1.5\n2,2\n3,1.5\n", task="binary").classes == ("1.5", "2")


def test_kinds_and_roles_can_be_decided() -> None:
    text = "code,size,y\n1,2,0\n2,3,1\n1,4,1\n"
    assert made_table(text, kinds=(("code", "categories"),)).columns == ("code=2", "size")
    assert made_table(text, left_out=("code",)).columns == ("size",)
    assert made_table(text, target="size", task="regression").columns == ("code", "y")


def test_the_decisions_that_were_followed_make_the_same_table_again() -> None:
    text = b"sex;size;y\nf;1,5;0\nm;2;1\nm;;0\n"
    first = made_file(text, Decisions(missing="mean"))
    again = made_file(text, first.decisions)
    assert again.decisions == first.decisions
    assert np.array_equal(again.table.inputs, first.table.inputs, equal_nan=True)
    assert again.table.columns == first.table.columns


def test_a_table_can_be_trained_on() -> None:
    samples = prepare(made_table(PENGUINS, missing="leave_out"), scaling="standard")
    builtin = prepare("penguins", scaling="standard")
    assert np.array_equal(samples.values, builtin.values)
    assert np.array_equal(samples.targets, builtin.targets)


# What does not fit


def test_a_quotation_mark_that_never_closes_makes_only_its_line_malformed() -> None:
    lines = PENGUINS.decode().split("\n")
    lines[211] = lines[211].replace(",", ',"', 1)
    text = "\n".join(lines)
    found = inspected(text)
    assert [(fault.line, fault.column) for fault in found.faults] == [(212, 8)]
    assert [near.line for near in found.faults[0].around] == [211, 212, 213]
    assert found.faults[0].around[1].text.startswith('Gentoo,"')
    assert [item.path for item in found.undecided] == ["malformed"]
    assert len(found.sheet.rows) == 343
    assert fault_place(text) == (212, 8)
    table = made_table(text, malformed="leave_out")
    assert (len(table.inputs), table.left_out, table.why) == (343, 1, "1 could not be read")


def test_a_quotation_mark_that_spans_lines_is_reported_where_it_opens() -> None:
    text = 'a,b,y\n1,2,1\n2,"3,1\n4,5,0\n6",7,1\n8,9,0\n'
    assert fault_place(text) == (3, 3)
    assert len(made_table(text, malformed="leave_out", kinds=(("a", "number"),)).inputs) == 3


def test_letters_after_a_closing_quotation_mark_are_found() -> None:
    assert fault_place('a,y\n"1"x,0\n2,1\n3,0\n') == (2, 4)


def test_rows_with_too_few_and_too_many_cells_are_found() -> None:
    text = "a,b,y\n1,2,0\n3,4\n5,6,1,7\n8,9,1\n"
    found = inspected(text)
    assert [(fault.line, fault.column) for fault in found.faults] == [(3, 4), (4, 7)]
    assert "others have 3" in found.faults[0].message
    assert len(made_table(text, malformed="leave_out").inputs) == 2


def test_a_title_and_comments_above_the_header_are_left_out_and_said() -> None:
    found = inspected("My table\n# made in May, by hand, in haste\n\na,y\n1,0\n2,1\n")
    assert found.sheet.names == ("a", "y")
    assert found.sheet.notes == ("lines 1 to 2 are above the table, and left out",)
    assert inspected("# a y\n1 0\n2 1\n").sheet.names == ("a", "y")


def test_a_separator_at_the_end_of_every_line_is_ignored() -> None:
    assert made_table("a,y\n1,0,\n2,1,,\n3,0\n,,\n").columns == ("a",)


def test_a_text_among_numbers_is_found_where_it_stands() -> None:
    rows = "\n".join(f"{n}.5,{n % 2}" for n in range(30))
    text = f"a,y\n{rows}\n12 cm,0\n"
    assert fault_place(text) == (32, 1)
    assert len(made_table(text, malformed="leave_out").inputs) == 30
    assert fault_place("a,y\n1,0\nx,1\n", kinds=(("a", "number"),)) == (3, 1)
    assert inspected(text, left_out=("a",)).faults == ()


def test_a_text_among_few_numbers_is_named_with_its_line() -> None:
    found = inspected("a,b,y\n1,2,0\n3,four,1\n5,6,0\n7,8,1\n").columns[1]
    assert (found.role, found.why) == ("left out", "'four' in line 3 is not a number")


def test_invisible_characters_are_no_part_of_a_cell() -> None:
    found = inspected("a\u202e\x07,b\n1\u200b,x\n2\ufeff,x\n3,y\n")
    assert found.sheet.names == ("a", "b")
    assert found.columns[0].kind == "number"


def test_a_file_of_one_column_is_answered_with_the_separators() -> None:
    assert "a tab, a | or blanks" in inspected("a:b\n1:2\n").sheet.notes[0]


def test_a_long_line_is_shown_around_the_place() -> None:
    cells = ",".join("1234567890" for _ in range(19))
    error = refused(f"{','.join(f'c{n}' for n in range(20))}\n{cells},1\n{cells},2\n{cells},3,4\n")
    assert isinstance(error, MalformedError)
    fault = error.faults[0]
    assert fault.column == 19 * 11 + 3
    assert all(len(near.text) <= textfile.WINDOW for near in fault.around)
    assert fault.around[1].text[fault.column - fault.starts_at] == "4"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\n \n", "empty"),
        (b",,\n,,\n", "no cells"),
        (b"a,b,y\n", "no rows"),
        (b"a,y\n1,2\n", "two different numbers"),
        (b"a,y\n1,2\n1,2\n", "two different numbers"),
        (b"a,y\n1,x\n,y\n3,\n", "less than 2"),
        (b"y\n1\n2\n", "no column is an input"),
        (b"a,y\n1,no\n2,no\n3,no\n", "holds only 'no'"),
        (b"a,y\n1,0\n2,1\n\x00", "NUL"),
        ("a,y\n1,0\n2,1\n".encode("utf-16-le"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is no CSV file"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n\x01", "it is no CSV file"),
        (b"PK\x03\x04....", "spreadsheet"),
        (b"a,y\n" + b"1,2\n" * 501, "more than 500 rows"),
        (b"a,y\n" * 30_000, "a file may have 100000"),
        (b",".join(b"c%d" % n for n in range(21)) + b"\n", "21 columns"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unusable_file_is_refused_with_the_reason(text: bytes, said: str) -> None:
    decisions = {"missing": "leave_out", "target": "y"} if text.startswith(b"a,y") and b"less" in said.encode() else {}
    if "holds only" in said:
        decisions = {"target": "y"}
    assert said in str(refused(text, **decisions))


def test_a_cell_without_end_is_reported_where_it_begins() -> None:
    text = b"a,y\n1," + b"x" * 200_000 + b"\n2,1\n3,0\n"
    fault = inspected_file(text, Decisions(), replace(LIMITS, bytes=len(text))).faults[0]
    assert (fault.line, fault.column) == (2, 3)
    assert "a cell without end" in fault.message


def test_too_many_classes_are_refused() -> None:
    text = "a,y\n" + "\n".join(f"{n},class {n % 21}" for n in range(100))
    error = refused(text, target="y")
    assert "21" in str(error)
    assert error.path == ("target",)


def test_a_binary_task_wants_two_classes_and_a_regression_numbers() -> None:
    text = "a,y\n1,x\n2,y\n3,z\n4,x\n"
    assert refused(text, task="binary").path == ("target",)
    assert refused(text, task="regression").path == ("task",)


@pytest.mark.parametrize(
    "decisions",
    [
        {"target": "unknown"},
        {"inputs": ("a", "unknown")},
        {"kinds": (("a", "number"), ("a", "categories"))},
        {"inputs": ("a",), "left_out": ("a",)},
        {"target": "a", "inputs": ("a",)},
    ],
)
def test_decisions_about_no_column_or_both_ways_are_refused(decisions: dict[str, Any]) -> None:
    error = refused("a,y\n1,0\n2,1\n", **decisions)
    assert error.path[0] in {"as", *decisions}


# Nothing makes it fall over

CELLS = st.one_of(
    st.sampled_from(
        ["", "NA", "?", "1", "-2.5", "1e308", "-1e308", "5e-324", "1,5", "yes", "no", '"', '""', "é", "=1"]
    ),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=6),
)
FILES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.text(alphabet='ab01.,;\t"\n\r -', max_size=200).map(str.encode),
    st.tuples(
        st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=12),
        st.sampled_from([",", ";", "\t"]),
        st.sampled_from(["\n", "\r\n"]),
    ).map(lambda file: file[2].join(file[1].join(row) for row in file[0]).encode()),
)
NAMES = st.lists(st.sampled_from(["a", "b", "y", "column 1", "column 2"]), max_size=2, unique=True).map(tuple)
DECISIONS = st.builds(
    Decisions,
    encoding=st.sampled_from(tuple(encodings.ENCODINGS)),
    separator=st.sampled_from(["auto", *csvtext.SEPARATORS]),
    decimal=st.sampled_from(["auto", "point", "comma"]),
    header=st.sampled_from(["auto", "yes", "no"]),
    target=st.none() | st.sampled_from(["a", "y", "column 1"]),
    task=st.sampled_from(["auto", "binary", "multiclass", "regression"]),
    kinds=NAMES.flatmap(lambda names: st.tuples(*(st.tuples(st.just(name), st.sampled_from(KINDS)) for name in names))),
    extra_rows=st.sampled_from(["leave_out", "keep"]),
    sample=st.none() | st.integers(1, 600),
    inputs=NAMES,
    left_out=NAMES,
    missing=st.sampled_from(list(MISSING_CHOICES)),
    malformed=st.sampled_from(["refuse", "leave_out"]),
)


def outcome(call: Callable[[], T]) -> T | DataError:
    try:
        return call()
    except DataError as error:
        return error


@settings(max_examples=300, deadline=None)
@given(data=FILES, decisions=st.just(Decisions()) | st.just(Decisions(malformed="leave_out")) | DECISIONS)
@example(data=b'"\n' * 400, decisions=Decisions())
@example(data=b"a,y\n1e308,0\n-1e308,1\n,0\n", decisions=Decisions(missing="mean"))
@example(data=b"a,y\n5e-324,0\n0,1\n", decisions=Decisions())
def test_no_file_raises_anything_but_a_data_error(data: bytes, decisions: Decisions) -> None:
    found = outcome(lambda: inspected_file(data, decisions))
    result = outcome(lambda: made_file(data, decisions))
    if isinstance(result, DataError):
        assert isinstance(found, DataError) or found.undecided
        lines = data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for fault in getattr(result, "faults", ()):
            assert 1 <= fault.line <= len(lines)
            assert fault.column >= 1
        return
    assert isinstance(found, Inspection)
    assert not found.undecided
    table = result.table
    assert len(table.inputs) == len(table.targets) >= 2
    assert table.inputs.shape[1] == len(table.columns) == len(set(table.columns)) <= LIMITS.inputs
    assert not np.isinf(table.inputs).any()
    assert np.isfinite(table.targets).all()
    if decisions.missing == "leave_out":
        assert not np.isnan(table.inputs).any()
    if table.task != "regression":
        assert 2 <= len(table.classes) <= LIMITS.classes
        assert set(table.targets[:, 0]) == set(range(len(table.classes)))
    prepare(table, scaling="standard")


@pytest.mark.parametrize("line", ['x,"a\n', '"\n', 'x,"""\n', '"a""\n', 'x,""""a\n'])
def test_a_file_full_of_quotation_marks_is_read_in_time(line: str) -> None:
    data, limits = (line * 5_000).encode(), replace(LIMITS, bytes=3_000_000, rows=50_000)
    assert outcome(lambda: inspected_file(data, Decisions(), limits)) is not None
