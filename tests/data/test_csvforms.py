"""Files as people have them, each made up with one property of real ones: headers, marks, gaps, totals, identifiers."""

from typing import Any

import numpy as np
import pytest

from app.data import csvtext
from app.data.csvcolumns import Column
from app.data.csvdecisions import Decisions
from app.data.csvlimits import Limits
from app.data.csvsource import CsvSource
from app.data.csvtable import Inspection, inspect, make
from app.data.errors import DataError

LIMITS = Limits(
    bytes=2_000_000, rows=50_000, taken=400, columns=100, inputs=8, classes=20, cells=40_000, cell=300, name=100
)


def inspected(text: str, **decisions: Any) -> Inspection:
    with CsvSource(text.encode(), LIMITS) as source:
        return inspect(source, Decisions(**decisions))


def made_table(text: str, **decisions: Any) -> Any:
    with CsvSource(text.encode(), LIMITS) as source:
        return make(source, Decisions(**decisions)).table


def column(text: str, name: str, **decisions: Any) -> Column:
    return next(found for found in inspected(text, **decisions).columns if found.name == name)


def values(text: str, name: str, **decisions: Any) -> list[float | str | None]:
    found = inspected(text, **decisions)
    at = found.sheet.names.index(name)
    return [row[at] for row in found.first_rows]


# Headers


def test_a_header_that_holds_years_names_the_columns() -> None:
    found = inspected("country,2014,2015\nA,1.2,1.3\nB,1.4,1.6\nC,2.0,2.2\n")
    assert found.sheet.names == ("country", "2014", "2015")
    assert found.sheet.header.doubt == ""


def test_years_alone_are_names_and_said_to_be_in_doubt() -> None:
    found = inspected("2014,2015,2016\n1.2,1.3,7\n1.4,1.6,8\n2.0,2.2,9\n")
    assert found.sheet.names == ("2014", "2015", "2016")
    assert "years" in found.sheet.header.doubt
    assert inspected("2014,1.3\n2015,1.6\n2016,2.2\n").sheet.names[0] == "column 1"


def test_running_numbers_are_names_over_pixels_only() -> None:
    assert inspected("0,1,2,digit\n9,0,7,a\n5,6,0,b\n").sheet.names == ("0", "1", "2", "digit")
    assert inspected("1,2,3\n4,5,6\n").sheet.names[0] == "column 1"


def test_a_first_line_that_comes_again_is_a_row() -> None:
    found = inspected("p,x,s\ne,x,s\np,b,y\ne,x,y\n")
    assert not found.sheet.header.named
    assert "comes again" in found.sheet.header.doubt


def test_a_header_one_cell_shorter_leaves_the_row_names_without_a_name() -> None:
    found = inspected('"size" "kind"\n"r1" 5.1 "a"\n"r2" 4.9 "b"\n"r3" 4.7 "a"\n')
    assert found.sheet.names == ("row", "size", "kind")
    assert found.sheet.separator == "blanks"
    assert [c.role for c in found.columns] == ["left out", "input", "target"]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a|b\n1|2\n3|4\n", "pipe"),
        ("sep=;\na;b\n1,5;2\n3,5;4\n", "semicolon"),
        ("18.0   8   130.0\t2\n15.0  10   165.0\t3\n16.0   8   150.0\t4\n", "blanks"),
        ("full name,a\nAnn B,1\nCarl D,2\n", "comma"),
        ("1,5 2,5\n2,5 3,5\n", "blanks"),
    ],
)
def test_every_usual_separator_is_found_out(text: str, separator: str) -> None:
    assert inspected(text).sheet.separator == separator


def test_a_fault_in_a_file_with_blanks_is_found_where_it_stands() -> None:
    found = inspected("a  b   y\n1  2   0\n3  4   1\n5  6   1   9\n")
    assert [(fault.line, fault.column) for fault in found.faults] == [(4, 12)]


# Numbers


def test_a_column_of_thousands_is_read_as_a_whole() -> None:
    text = "town;people;income\nA;1,250;30,500\nB;718;28,100\nC;2,004;31,000\n"
    assert values(text, "people") == [1250, 718, 2004]
    assert values(text, "income") == [30500, 28100, 31000]
    assert column(text, "people").read == "comma for thousands"


def test_german_numbers_stay_german() -> None:
    text = "town;people;income\nA;1.250;30,5\nB;718;2,125\nC;2.004;3,5\n"
    assert values(text, "income") == [30.5, 2.125, 3.5]
    assert values(text, "people")[0] in (1250, 1.25)
    assert inspected(text).decimal == "comma"


def test_quoted_thousands_in_a_comma_file_are_numbers() -> None:
    assert values('a,b\nx,"1,250"\ny,718\nz,"12,000"\n', "b") == [1250, 718, 12000]


def test_what_nothing_tells_is_said_to_be_in_doubt_and_decided_by_one_word() -> None:
    text = "a;b\nx;1,250\ny;2,125\nz;3,500\n"
    found = column(text, "b")
    assert "1.25" in found.doubt
    assert "1250" in found.doubt
    assert set(found.kinds) >= {"decimal_comma", "decimal_point"}
    assert values(text, "b", kinds=(("b", "decimal_point"),)) == [1250, 2125, 3500]
    assert values(text, "b", kinds=(("b", "decimal_comma"),)) == [1.25, 2.125, 3.5]
    assert column(text, "b", kinds=(("b", "decimal_comma"),)).doubt == ""


@pytest.mark.parametrize(
    ("cells", "numbers", "read"),
    [
        (["7.5%", "8%", "12.25%"], [7.5, 8, 12.25], "without its %"),
        (['"$1,200"', '"$950"', '"$12,000.50"'], [1200, 950, 12000.5], "without its $, comma for thousands"),
        (["12 cm", "13 cm", "9.5 cm"], [12, 13, 9.5], "without its cm"),
        (["1 200 €", "950 €", "12 000 €"], [1200, 950, 12000], "without its €, blank for thousands"),
        (["1'200", "950", "12'000.5"], [1200, 950, 12000.5], "apostrophe for thousands"),
        (["2021-03-04", "2021-03-05", "1970-01-02"], [18690, 18691, 1], "dates (year, month, day) as days"),
        (["4 Mar 2021", "05-Apr-21", '"May 7, 2021"'], [18690, 18722, 18754], "dates (day, month, year)"),
        (["Mar 2021", "April 2021", "Sept. 2021"], [18687, 18718, 18871], "dates (day, month, year)"),
        (["13/04/21", "14/04/21", "01/05/69"], [18730, 18731, 36280], "dates (day, month, year)"),
        (["31/01/2021", "01/02/2021", "02/02/2021"], [18658, 18659, 18660], "dates (day, month, year) as days"),
    ],
)
def test_numbers_with_signs_units_and_dates_are_read_and_said_to_be(
    cells: list[str], numbers: list[float], read: str
) -> None:
    text = "v,y\n" + "".join(f"{cell},{n % 2}\n" for n, cell in enumerate(cells))
    assert values(text, "v") == numbers
    found = column(text, "v")
    assert found.read.startswith(read)
    assert {example[1] for example in found.examples} <= set(numbers)


def test_what_is_owed_is_below_zero() -> None:
    assert values("v,y\n(100),0\n20,1\n(1.5),0\n", "v") == [-100, 20, -1.5]
    assert values('v,y\n"($1,200)",0\n$20,1\n$30,0\n', "v") == [-1200, 20, 30]


def test_a_date_that_may_be_two_days_is_in_doubt() -> None:
    text = "v,y\n03/04/2021,0\n05/06/2021,1\n01/02/2021,0\n"
    found = column(text, "v")
    assert found.doubt
    assert values(text, "v", kinds=(("v", "date_dmy"),))[0] == 18720
    assert values(text, "v", kinds=(("v", "date_mdy"),))[0] == 18690


# Missing values


@pytest.mark.parametrize(
    "gap", ["-", "None", ".", "..", "#N/A", "n/a", "?", "NULL", "", "N.A.", "--", "missing", "nil"]
)
def test_every_usual_spelling_of_missing_is_listed_and_no_category(gap: str) -> None:
    found = column(f"a,b,y\n1,x,0\n2,{gap},1\n3,y,0\n4,{gap},1\n5,x,0\n", "b")
    assert (found.missing, found.distinct) == (2, 2)
    assert [(item.name, item.count) for item in found.spellings] == [(gap, 2)]


def test_codes_for_missing_are_pointed_at_and_taken_for_it_on_demand() -> None:
    rows = "".join(f"{20 + n % 7},{n % 3 * 1.5},{n % 2}\n" for n in range(30))
    text = f"age,b,y\n{rows}-999,1,0\n"
    assert [(item.name, item.count) for item in column(text, "age").suspects] == [("-999", 1)]
    assert column(text, "b").suspects == ()
    both = column(f"{text}9999,1,0\n", "age").suspects
    assert [item.name for item in both] == ["-999", "9999"], "neither hides the other"
    decided = column(text, "age", missing_values=(("age", "-999"),))
    assert (decided.missing, decided.low, decided.suspects) == (1, 20, ())


def test_a_word_among_numbers_is_pointed_at_and_taken_for_missing_on_demand() -> None:
    text = "a,y\n" + "".join(f"{'unknown' if k % 3 == 0 else k},{k % 2}\n" for k in range(60))
    found = column(text, "a")
    assert (found.role, [(item.name, item.count) for item in found.suspects]) == ("left out", [("unknown", 20)])
    few = "a,y\n" + "".join(f"{'unknown' if k % 5 == 0 else k % 5},{k % 2}\n" for k in range(60))
    assert [item.name for item in column(few, "a").suspects] == ["unknown"], "also where it could be categories"
    for one in (text, few):
        decided = column(one, "a", missing_values=(("a", "unknown"),))
        assert (decided.role, decided.kind, decided.suspects) == ("input", "number", ())


# Rows that are none


def test_a_total_at_the_end_is_left_out_and_can_be_kept() -> None:
    text = "name,a,b\nx,10,3\ny,20,4\nz,1,6\nw,5,0\nTotal,36,13\n"
    found = inspected(text)
    assert [(row.line, row.why, row.text) for row in found.extra] == [(6, "it looks like a total", "Total, 36, 13")]
    assert found.built is not None
    assert (len(found.built.table.inputs), found.built.table.why) == (4, "1 a total or a second header")
    assert len(made_table(text, extra_rows="keep").inputs) == 5


def test_a_second_header_row_is_left_out_and_can_be_seen() -> None:
    text = "age,score,group\nResponse,Response,Response\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n"
    found = inspected(text)
    assert [row.line for row in found.extra] == [2]
    assert [c.kind for c in found.columns] == ["number", "number", "categories"]
    assert found.faults == ()


def test_a_very_long_text_in_a_column_that_is_left_out_blocks_nothing() -> None:
    rows = "".join(f'{n},"review {n}, {"good " * 200}",{n % 2}\n' for n in range(12))
    found = inspected(f"size,review,y\n{rows}")
    assert (found.faults, found.undecided) == ((), ())
    assert [c.role for c in found.columns] == ["input", "left out", "target"]


# Targets, identifiers, inputs


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("PassengerId,age,port,alive", "alive"),
        ("Survived,age,port,fare", "Survived"),
        ("CustomerId,Exited,port,fare", "Exited"),
        ("id,SalePrice,port,rooms", "SalePrice"),
        ("id,size,port,salary", "salary"),
    ],
)
def test_the_proposed_target_is_a_known_name_or_the_last_column(header: str, target: str) -> None:
    rows = "".join(f"{n + 11},{n % 2},{'SCQ'[n % 3]},{n * n % 5}\n" for n in range(20))
    found = inspected(f"{header}\n{rows}")
    assert found.target == target


@pytest.mark.parametrize("name", ["PassengerId", "CustomerId", "RowNumber", "id", "", "Unnamed: 0"])
def test_identifiers_are_left_out_and_taken_back_on_demand(name: str) -> None:
    rows = "".join(f"{n + 1},{n * 7 % 10},{n % 2}\n" for n in range(20))
    text = f"{name},age,y\n{rows}"
    first = inspected(text).columns[0]
    assert (first.role, first.why) == ("left out", "it only numbers the rows")
    assert inspected(text, inputs=(first.name,)).columns[0].role == "input"


def test_a_yes_no_column_is_one_input() -> None:
    table = made_table("member,port,y\nyes,S,0\nno,C,1\nyes,Q,0\nno,S,1\n")
    assert table.columns == ("member=yes", "port=C", "port=Q", "port=S")
    assert table.inputs[:, 0].tolist() == [1, 0, 1, 0]


def test_the_inputs_taken_are_those_that_tell_most_of_the_target() -> None:
    random = np.random.default_rng(3)
    y = random.integers(0, 2, 200)
    noise = random.normal(size=(200, 12))
    told = y + random.normal(size=200) * 0.3
    kind = np.where(y == 1, "red", "blue")
    lines = [
        ",".join([*(f"{v:.3f}" for v in row), f"{told[n]:.3f}", kind[n], str(y[n])]) for n, row in enumerate(noise)
    ]
    found = inspected(",".join([*(f"n{k}" for k in range(12)), "told", "kind", "y"]) + "\n" + "\n".join(lines) + "\n")
    by_name = {c.name: c for c in found.columns}
    assert (by_name["told"].role, by_name["kind"].role) == ("input", "input")
    assert by_name["kind"].tells == pytest.approx(1, abs=0.02)
    assert (by_name["told"].tells or 0) > 0.5
    left = [c for c in found.columns if c.role == "left out"]
    assert len(left) == 6
    assert all("others tell more of the target" in c.why for c in left)


# Size


def large(rows: int = 3000) -> str:
    lines = [f"{n},{n * 37 % 101},{'rare' if n % 50 == 0 else 'often'}\n" for n in range(rows)]
    return "id,size,kind\n" + "".join(lines)


def test_of_a_large_file_a_sample_is_offered_and_taken_when_so_decided() -> None:
    found = inspected(large())
    assert (found.sample.rows, found.sample.of, found.sample.by) == (400, 3000, "kind")
    assert [(item.path, item.allowed) for item in found.undecided] == [("sample", (400,))]
    with pytest.raises(DataError) as caught:
        made_table(large())
    assert caught.value.path == ("sample",)
    assert inspected(large(), sample=400).undecided == ()


def test_each_class_is_as_often_in_the_sample_as_in_the_file() -> None:
    with CsvSource(large().encode(), LIMITS) as source:
        built = make(source, Decisions(sample=300))
    assert {count.name: count.count for count in built.counts} == {"often": 294, "rare": 6}
    assert (built.table.left_out, built.table.why) == (2700, "2700 not in the sample")


def test_the_same_seed_takes_the_same_rows() -> None:
    tables = [made_table(large(), sample=100, seed=seed).inputs.tolist() for seed in (4, 4, 5)]
    assert tables[0] == tables[1] != tables[2]


def test_an_identifier_is_known_in_a_sample_too() -> None:
    text = "n,size,kind\n" + large().partition("\n")[2]
    assert inspected(text).columns[0].why == "it only numbers the rows"


def test_a_fault_far_down_a_large_file_is_found_where_it_stands() -> None:
    lines = large().split("\n")
    lines[2500] = lines[2500].replace(",", ',"', 1)
    found = inspected("\n".join(lines))
    assert [(fault.line, fault.column) for fault in found.faults] == [(2501, 6)]
    assert [near.line for near in found.faults[0].around] == [2500, 2501, 2502]


def test_a_reader_can_be_stopped() -> None:
    class StopError(Exception):
        pass

    def tick() -> None:
        raise StopError

    with CsvSource(large().encode(), LIMITS) as source:
        with pytest.raises(StopError):
            inspect(source, Decisions(), tick)
        assert inspect(source, Decisions()).sample.of == 3000, "the next reader is not stopped"


def test_a_decision_costs_no_second_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    monkeypatch.setattr(csvtext, "read", lambda *asked, read=csvtext.read: reads.append(asked[1:3]) or read(*asked))
    with CsvSource(large().encode(), LIMITS) as source:
        first = inspect(source, Decisions())
        again = inspect(source, Decisions(left_out=(first.columns[0].name,), missing="median", seed=1))
        assert again.columns[0].role == "left out"
        assert len(reads) == 1
        inspect(source, Decisions(header="no"))
        inspect(source, Decisions(header="no", encoding="windows-1252"))
        assert reads == [("auto", "auto"), ("auto", "no"), ("auto", "no")]
        assert inspect(source, Decisions()).sheet.rows == first.sheet.rows
    with pytest.raises(DataError, match="no longer kept"):
        inspect(source, Decisions())
