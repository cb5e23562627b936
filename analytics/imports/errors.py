"""What stops an import. Nothing is changed then."""

from core.errors import Invalid


class ImportFailed(Invalid):
    """The mapping or the file cannot be used; the message says where and why."""

    default_code = "import_failed"


class RowRejected(Exception):
    """One row cannot be used; `reason` is a stable code, `detail` the offending field and value."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(reason)
