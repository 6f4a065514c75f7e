"""Understanding: text in, plain values out. Imports no other room."""

from nlp.understander import Understander

__all__ = ["Understander"]
