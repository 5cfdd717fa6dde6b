"""What GHC's messages mean, in a few plain sentences for who learns Haskell: pure data."""

from ide.editor.explained import extensions, further, usual

TEXTS = usual.TEXTS | extensions.TEXTS | further.TEXTS
