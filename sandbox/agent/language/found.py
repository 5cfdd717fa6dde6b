"""What the plugin says of a place: its answers' types."""

from msgspec import Struct

from sandbox.agent.language.checked import Span


class Defined(Struct):
    file: str
    span: Span


class Named(Struct):
    """A name; its type or, for a type, its head."""

    name: str
    kind: str = "value"  # local, value, constructor, type, class
    type: str = ""
    module: str | None = None
    package: str | None = None
    definition: Defined | None = None
    documentation: str = ""


class Found(Struct, rename="camel"):
    """The smallest thing around a place, and the type of the smallest expression."""

    span: Span | None = None
    type_span: Span | None = None
    type: str | None = None
    names: list[Named] = []
    modules: list[str] = []


class Binding(Struct):
    name: str
    span: Span
    type: str
    top: bool
    value: bool = False  # is bound to it, by an equation of its own


class Use(Struct):
    """`pun`: of a record, where one word is a field and its value: which of them this is; or several."""

    span: Span
    binds: bool = False
    pun: str = ""


class FileUses(Struct):
    file: str
    uses: list[Use]
