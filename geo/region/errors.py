"""What may go wrong while a region pack is built."""


class BuildError(Exception):
    """A step failed: the cause as the message, and what to do about it as `remedy`."""

    def __init__(self, cause: str, *, remedy: str) -> None:
        super().__init__(cause)
        self.remedy = remedy
