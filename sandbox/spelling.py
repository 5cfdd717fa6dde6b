"""How names and operators of Haskell are spelt, in letters of any script: parts of regular expressions."""

from unicodedata import category

_LARGE = "".join(letter for letter in map(chr, range(0x1F000)) if category(letter) in ("Lu", "Lt"))

LETTER = r"[\w'\u0300-\u036f]"  # one behind a name's first; an accent may be a letter of its own
LARGE = f"[{_LARGE}]"
SMALL = rf"(?!{LARGE})[^\W\d]"

LARGE_NAME = f"{LARGE}{LETTER}*"  # of types and constructors
SMALL_NAME = f"{SMALL}{LETTER}*"
NAME = rf"[^\W\d]{LETTER}*"
MODULE_NAME = rf"{LARGE_NAME}(?:\.{LARGE_NAME})*"
QUALIFIER = rf"(?:{LARGE_NAME}\.)*"

SYMBOL = r"[^\w\s\u0300-\u036f()\[\],;`{}\"'“”„‘’‚«»‹›⟨⟩⟦⟧]"  # a letter of operators
OF_TYPE = rf"(?<!{SYMBOL})(?:::|∷)(?!{SYMBOL})"
