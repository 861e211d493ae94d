"""What is wrong with a seed: all of it at once."""

from .secret_texts import mask_places

MAX_MISTAKES = 20  # that are told of one seed


class SeedError(Exception):
    """A seed that cannot be used; the message is one sentence that names the place."""

    def __init__(self, sentence: str) -> None:
        super().__init__(mask_places(sentence))


class Mistakes:
    """A context that keeps the sentence of a SeedError, so that all are told at once."""

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if not isinstance(error, SeedError):
            return False
        self._sentences.append(str(error))
        return True

    @property
    def are_many(self) -> bool:
        """Whether further ones are only counted."""
        return len(self._sentences) >= MAX_MISTAKES

    def report(self, name: str) -> None:
        """Raise one SeedError for all mistakes of the seed `name`, if there are any."""
        more = len(self._sentences) - MAX_MISTAKES
        shown = [*self._sentences[:MAX_MISTAKES], *([f"and {more} more"] if more > 0 else [])]
        if shown:
            raise SeedError(f"seed {name}: {' | '.join(shown)}")


def check_unique(names: list[str], place: str) -> None:
    """Refuse a name that occurs twice in the list at `place`; raises SeedError."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            raise SeedError(f"{place}[{position}]: {name!r} is there twice")
        seen.add(name)
