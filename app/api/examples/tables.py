"""Examples of uploaded tables: files to send, and what becomes of them."""

from typing import Any

from ...runs.filerequest import FileRequest
from ...runs.inspection import dataset, inspection
from ...runs.tables import inspect, make

FILE = "length,width,kind\n5.1,3.5,small\n7.0,3.2,large\n4.9,NA,small\n6.4,3.2,large\n"
MALFORMED_FILE = FILE.replace("7.0,", '"7.0,')


def _answers() -> dict[str, Any]:
    """Real answers, but for the table's name."""
    request = FileRequest(title="my.csv", missing="leave_out")
    return {
        "inspection": {"file": "file-" + "A" * 22} | inspection(inspect(MALFORMED_FILE.encode(), request)),
        "dataset": dataset(make(FILE.encode(), request)) | {"name": "table-" + "A" * 22},
    }


EXAMPLES = _answers()
