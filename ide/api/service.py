"""The API as a whole: `/api/v1/`."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from ide.api import (
    archives,
    examples,
    files,
    guests,
    quota,
    run,
    runs,
    shares,
    toolchains,
    workspaces,
)
from ide.api.authentication import signed_in
from ide.api.bodies import JsonParser
from ide.api.problems import install
from ide.api.samples import complete


class Api(NinjaAPI):
    """Its document has examples and problems."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**options)
        complete(document)
        return document


api = Api(
    title="Haskell IDE",
    version="1",
    description="Edit and run Haskell in capped containers. Sign in with a session cookie or a bearer token.",
    auth=signed_in,
    parser=JsonParser(),
    urls_namespace="api",
)
install(api)
# What has a fixed path comes before what has an id there.
for module in (run, runs, archives, workspaces, files, shares, toolchains, quota, examples, guests):
    api.add_router("", module.router)
