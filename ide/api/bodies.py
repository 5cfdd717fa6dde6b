"""Bodies in and out: camelCase outside, strict types, unknown fields refused."""

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ide.exceptions import Invalid
from ide.halves import SENTENCE, half_in


class In(Schema):
    """What a caller sends: exactly these fields, no type is guessed."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=False,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        str_strip_whitespace=False,
    )


class Out(Schema):
    """What we answer, by its camelCase names."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class JsonParser(Parser):
    """JSON without NaN, half surrogates or endless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return msgspec.json.decode(request.body)
        except RecursionError:
            raise Invalid("The body is nested too deeply.") from None
        except msgspec.DecodeError as error:
            place = half_in(request.body.decode(errors="replace"))
            if place is not None:
                field = ".".join(map(str, place)) or "body"
                raise Invalid(f"“{field}” {SENTENCE}.", field) from None
            raise Invalid(f"The body is not JSON in UTF-8: {error}.") from None


# Letters of some scripts, and emoji, are joined by characters that cannot be seen.
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def _visible(text: str) -> str:
    name = text.strip()
    if not name.strip(_JOINERS) or not name.translate(dict.fromkeys(map(ord, _JOINERS))).isprintable():
        raise ValueError("must have characters that can be seen, and no others")
    return name


Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_visible)]
Texts = dict[str, str]
