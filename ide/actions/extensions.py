"""The LANGUAGE extensions that GHC asks for. Pure."""

import re
from collections.abc import Iterator

from ide.actions.fix import Edit, Fix, Problem
from ide.actions.source import Source
from sandbox.spelling import QUALIFIER

# Every extension that a message of GHC's may ask for.
EXTENSIONS = frozenset(
    """
    AllowAmbiguousTypes ApplicativeDo Arrows BangPatterns BinaryLiterals BlockArguments CApiFFI CPP
    ConstrainedClassMethods ConstraintKinds DataKinds DefaultSignatures DeriveAnyClass DeriveDataTypeable
    DeriveFoldable DeriveFunctor DeriveGeneric DeriveLift DeriveTraversable DerivingStrategies DerivingVia
    DisambiguateRecordFields DuplicateRecordFields EmptyCase EmptyDataDecls EmptyDataDeriving
    ExistentialQuantification ExplicitForAll ExplicitNamespaces ExtendedDefaultRules ExtendedLiterals
    FlexibleContexts FlexibleInstances ForeignFunctionInterface FunctionalDependencies GADTSyntax GADTs
    GeneralisedNewtypeDeriving GeneralizedNewtypeDeriving HexFloatLiterals ImplicitParams ImportQualifiedPost
    ImpredicativeTypes IncoherentInstances InstanceSigs InterruptibleFFI KindSignatures LambdaCase
    LexicalNegation LiberalTypeSynonyms LinearTypes ListTuplePuns MagicHash MonadComprehensions
    MultiParamTypeClasses MultiWayIf NPlusKPatterns NamedFieldPuns NamedWildCards NegativeLiterals
    NullaryTypeClasses NumDecimals
    NumericUnderscores OverloadedLabels OverloadedLists OverloadedRecordDot OverloadedRecordUpdate
    OverloadedStrings PackageImports ParallelListComp PartialTypeSignatures PatternGuards PatternSynonyms
    PolyKinds PostfixOperators QualifiedDo QuantifiedConstraints QuasiQuotes RankNTypes RebindableSyntax
    RecordWildCards RecursiveDo RequiredTypeArguments RoleAnnotations ScopedTypeVariables StandaloneDeriving
    StandaloneKindSignatures StarIsType StaticPointers Strict StrictData TemplateHaskell TemplateHaskellQuotes
    TransformListComp TupleSections TypeAbstractions TypeApplications TypeData TypeFamilies
    TypeFamilyDependencies TypeInType TypeOperators TypeSynonymInstances UnboxedSums UnboxedTuples
    UndecidableInstances UndecidableSuperClasses UnicodeSyntax UnliftedDatatypes UnliftedNewtypes ViewPatterns
    """.split()  # noqa: SIM905 - a table
)
_ASKED = re.compile(
    r"\b(?:intended to use|[Uu]se|[Ee]nable|[Tt]ry|were the|extensions?:)\s+(?:the\s+)?"
    r"(?P<names>[‘']?[A-Z]\w+[’']?(?:(?:, or |, | or )[‘']?[A-Z]\w+[’']?)*)"
)
_PRAGMA = re.compile(r"\{-#\s*LANGUAGE\b.*?#-\}", re.IGNORECASE | re.DOTALL)
_TEXTS = re.compile(
    rf"(?:Expected|expected type).{{0,12}}‘?{QUALIFIER}(?:Text|ByteString|Builder|ShortByteString)\b"
)


def fixes(problem: Problem) -> Iterator[Fix]:
    if "Unsupported extension" in problem.message:
        yield from _respelled(problem)
        return
    for name in asked(problem.flat):
        if not re.search(rf"\b{name}\b", _head(problem.source)):
            yield Fix(f"Turn on {name}", (with_extension(problem.source, name),))


def asked(message: str) -> list[str]:
    """The extensions that a message proposes, each once."""
    found = [name for match in _ASKED.finditer(message) for name in re.findall(r"\w+", match["names"])]
    if _TEXTS.search(message) and re.search(r"(?:expression|namely|=) ‘?\"", message):
        found.append("OverloadedStrings")
    return [name for name in dict.fromkeys(found) if name in EXTENSIONS]


def with_extension(source: Source, name: str) -> Edit:
    """The pragma behind those that are there, else at the very top."""
    pragma = f"{{-# LANGUAGE {name} #-}}"
    places = [match.end() for match in _PRAGMA.finditer(_head(source))]
    if places:
        place = source.end_of_line(places[-1])
        return Edit(place, place, f"\n{pragma}")
    place = source.after_line(0) if source.text.startswith("#!") else 0
    gap = "\n" if source.line(place).strip() and not source.line(place).startswith("{-#") else ""
    return Edit(place, place, f"{pragma}\n{gap}")


def _head(source: Source) -> str:
    """What stands before the first code."""
    code = re.search(r"\S", source.code)
    return source.text[: code.start()] if code else source.text


def _respelled(problem: Problem) -> Iterator[Fix]:
    meant = re.search(r"Perhaps you meant (.*)", problem.flat)
    for name in re.findall(r"‘(\w+)’", meant[1]) if meant else []:
        yield Fix(f"Replace with {name}", (Edit(problem.start, problem.end, name),))
