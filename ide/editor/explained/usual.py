"""The messages that everybody meets: types, names, imports, patterns. Code → title, sentences."""

TEXTS = {
    "GHC-83865": (
        "Type mismatch",
        "An expression has another type than its place asks for. “Expected” is what the place asks for, "
        "“Actual” is what is written there. Often an argument is missing or one too many, two are "
        "swapped, or a conversion such as show or fromIntegral is missing.",
    ),
    "GHC-88464": (
        "Name not in scope, or a hole",
        "The name is neither defined here nor imported. It may be misspelled, lack its import, or it "
        "must be qualified, as in Map.insert. A name that begins with _ is a hole: GHC says what type it has "
        "and what would fit.",
    ),
    "GHC-76037": (
        "Name not in scope",
        "The type, class, field or export is neither defined here nor imported: look at its spelling and at "
        "the imports.",
    ),
    "GHC-39999": (
        "No instance",
        "A function needs a class that the type is no member of. Derive the instance (deriving Show), write "
        "one, or add the constraint to the signature if the type is a variable. No instance for a function "
        "type mostly means that an argument is missing.",
    ),
    "GHC-62161": (
        "Patterns are missing",
        "Some values match none of the patterns: with them the program would end. Add the missing patterns.",
    ),
    "GHC-53633": (
        "Redundant pattern",
        "The patterns above it match everything that this one could. Remove it or move it up.",
    ),
    "GHC-25897": (
        "Rigid type variable",
        "The signature promises that it works for every type, but the code works for a certain one. Make the "
        "signature say which, or remove what ties the code to it. An occurs check says that a type would "
        "have to contain itself: often a list stands where one of its elements belongs.",
    ),
    "GHC-18872": (
        "Types cannot be matched",
        "Two types that must be the same are not: read the message's first lines, then look at the arguments "
        "in the place that it names.",
    ),
    "GHC-27346": (
        "Wrong number of constructor arguments",
        "The pattern gives a data constructor more or fewer arguments than it was declared with.",
    ),
    "GHC-91938": (
        "Different numbers of arguments",
        "All equations of a function must have the same number of arguments.",
    ),
    "GHC-58481": (
        "Parse error",
        "GHC does not understand the text here, or somewhat before. Look for indentation, for brackets "
        "that are not closed, a missing do, of, then or =, and = where == is meant.",
    ),
    "GHC-44432": (
        "Signature without a binding",
        "A type signature stands here without the definition: define the name, or look whether the two are "
        "spelled alike.",
    ),
    "GHC-28623": (
        "File and module names differ",
        "A file is named after its module: Data/Shape.hs holds module Data.Shape.",
    ),
    "GHC-87110": ("Hidden module", "The module belongs to a package that is not available to the program."),
    "GHC-61948": (
        "Unknown module",
        "No package of the toolchain and no file of the workspace has this module: look at its spelling.",
    ),
    "GHC-61689": ("Not exported", "The module does not export this name."),
    "GHC-87543": (
        "Ambiguous name",
        "Two imports bring the same name. Qualify it, or import only what is needed from one of them.",
    ),
    "GHC-38417": (
        "No type signature",
        "It works without, but a signature tells readers and GHC what is meant.",
    ),
    "GHC-40910": ("Defined but not used", "Nothing uses the name. Remove it, or begin it with _."),
    "GHC-66111": ("Unused import", "Nothing of this import is used."),
    "GHC-38856": ("Unused import", "These names of the import are not used."),
    "GHC-06201": (
        "Missing methods",
        "The instance lacks methods that it must have; a call of one would end the program.",
    ),
    "GHC-20125": (
        "Missing fields",
        "The record is made without a value for some fields; using one would end the program.",
    ),
    "GHC-95909": (
        "Missing strict fields",
        "A field that is strict must get its value when the record is made.",
    ),
    "GHC-51179": ("Extension needed", "\\case needs the extension LambdaCase."),
    "GHC-92213": ("Import cycle", "Modules import one another in a circle: move what both need to a third."),
    "GHC-29916": ("Defined twice", "The same name is defined more than once in the module."),
    "GHC-31744": ("Two signatures", "The name has more than one type signature: keep one."),
    "GHC-10498": ("Bound twice", "A pattern binds the same name twice: give one of them another name."),
    "GHC-55814": (
        "No last expression",
        "A do block ends with an expression, which is its result: add one, such as pure x.",
    ),
    "GHC-82311": ("Empty do block", "Nothing is indented below the do: add a statement."),
    "GHC-21231": (
        "Bad character in a literal",
        "A backslash begins an escape: write \\\\ for a backslash itself.",
    ),
    "GHC-67120": ("No main", "The program's module must define main."),
    "GHC-54721": ("No such method", "The class has no method of this name: look at its spelling."),
    "GHC-59692": ("Instance twice", "The type has two instances of the same class: keep one."),
    "GHC-88747": (
        "Operators without precedence",
        "GHC cannot tell how these operators bind together: add brackets.",
    ),
    "GHC-81995": (
        "Result discarded",
        "The statement has a result that nothing uses. Write _ <- before it, or mapM_ for mapM and the like.",
    ),
    "GHC-63397": ("Name shadowed", "An inner name hides an outer one of the same spelling: rename one."),
    "GHC-94817": ("Tab", "Tabs make indentation ambiguous: use spaces."),
    "GHC-46537": ("Unknown extension", "This GHC has no language extension of that name."),
}
