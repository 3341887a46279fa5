"""Uploaded files are kept while they are decided about: some of them, for a while."""

import pytest

from app.runs.errors import UnknownFileError
from app.runs.files import KeptFiles, opened

TEXT = b"a,b,y\n1,2,0\n2,3,1\n3,4,0\n"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_file_is_kept_under_a_name_that_nobody_can_guess_until_it_was_not_used_for_long() -> None:
    clock = Clock()
    files = KeptFiles(5, 600, clock)
    file = opened(TEXT)
    name = files.add(file)
    assert len(name) > 25
    clock.now = 599
    assert files.get(name) is file
    clock.now = 1199
    assert files.get(name) is file
    clock.now = 1800
    with pytest.raises(UnknownFileError, match="Send it again"):
        files.get(name)
    assert len(files) == 0
    assert file.closed


def test_the_least_recently_used_goes_first_and_a_removed_one_at_once() -> None:
    files = KeptFiles(2, 600)
    first, second, third = opened(TEXT), opened(TEXT), opened(TEXT)
    name, other = files.add(first), files.add(second)
    files.get(name)
    files.add(third)
    assert (first.closed, second.closed, third.closed) == (False, True, False)
    with pytest.raises(UnknownFileError):
        files.remove(other)
    files.remove(name)
    assert first.closed
    files.discard(third)
    assert len(files) == 0


def test_a_file_that_is_being_read_is_closed_when_its_reader_has_ended() -> None:
    file = opened(TEXT)
    with file.reading():
        file.close()
        assert file.size == len(TEXT)
    with pytest.raises(ValueError, match="closed"):
        _ = file.size
