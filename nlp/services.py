"""Which services a text offers or asks for, by one list of names, so that the two can meet."""

from __future__ import annotations

from nlp.lexicon import Lexicon, Scanner, table


class Services:
    """Reads the services that a text speaks of."""

    def __init__(self, lexicon: Lexicon) -> None:
        lists = table(lexicon, "services")
        self._scanner = Scanner({name: (name, *said) for name, said in lists.items()})

    def find(self, text: str) -> frozenset[str]:
        """The names of the services in a text (folded: see nlp.text)."""
        return self._scanner.names(text)
