"""The examples, for everybody."""

from django.http import HttpRequest
from ninja import Router

from ide.api.bodies import Out
from ide.workspaces import example

router = Router(tags=["examples"], by_alias=True)


class ExampleOut(Out):
    slug: str
    title: str
    summary: str
    entry: str | None


class ExampleDetail(ExampleOut):
    files: dict[str, str]


@router.get("/examples", response=list[ExampleOut], auth=None, summary="All examples")
async def list_examples(request: HttpRequest) -> list[example.Example]:
    return example.all_examples()


@router.get("/examples/{slug}", response=ExampleDetail, auth=None, summary="One example with its files")
async def get_example(request: HttpRequest, slug: str) -> example.Example:
    return example.find(slug)
