"""What one meets now and then. Code → title, sentences."""

TEXTS = {
    "GHC-01928": (
        "A type where a value belongs",
        "The name is a type here, and no value of that name is in scope. If a constructor is meant, "
        "import it with its type: import Data.Monoid (Sum (..)), not (Sum).",
    ),
    "GHC-31891": (
        "A type where a value belongs",
        "The name is a type or a class here, and no value of that name is in scope. If a constructor "
        "is meant, import it with its type: import Data.Monoid (Sum (..)), not (Sum).",
    ),
    "GHC-18042": (
        "A type was chosen by default",
        "Nothing says which number type is meant, as in print 1, so GHC takes Integer, or Double. "
        "Mostly that is right; say it to be sure: print (1 :: Int).",
    ),
    "GHC-87897": (
        "Template Haskell failed",
        "Code in a splice, such as $(…) or makeLenses ''Person, runs while GHC compiles, and it ended"
        " with an error: the lines below say which. A name that is not in scope there lacks its "
        "import.",
    ),
    "GHC-18157": (
        "Used while compiling, in its own module",
        "What a splice runs must be compiled already, so it must come from another module. Move the "
        "function to one, and import it.",
    ),
    "GHC-27958": (
        "An infinite type",
        "A type would have to contain itself: a list that is one of its own elements, say. Often a "
        "list stands where an element belongs, (x : xs) was written as (xs : xs), or a function is "
        "given to itself.",
    ),
    "GHC-05617": (
        "A type does not follow",
        "From what the signature and the patterns say it does not follow that these types are the "
        "same. Add what is missing to the signature, or look whether the branch returns what it "
        "should.",
    ),
    "GHC-43085": (
        "Instances overlap",
        "Several instances fit this type, such as one for [a] and one for String. Remove one, or mark"
        " the more general one with {-# OVERLAPPABLE #-}.",
    ),
    "GHC-90177": (
        "Orphan instance",
        "The instance is neither in the module of its class nor in that of its type: another module "
        "could have a different one. Move it there, or wrap the type in a newtype.",
    ),
    "GHC-97441": (
        "The number does not fit",
        "The literal is larger than its type allows, as 300 :: Word8 is: it would wrap around.",
    ),
    "GHC-63394": (
        "A function that may fail",
        "The function has no answer for some arguments: head and tail end the program for []. Match "
        "on the list, as in case xs of { [] -> …; x : _ -> … }, or use listToMaybe.",
    ),
    "GHC-22385": (
        "No such field",
        "No record in scope has a field of this name: look at its spelling and at the imports.",
    ),
    "GHC-85524": (
        "Field twice",
        "The record is given the same field twice: keep one of them.",
    ),
    "GHC-97522": (
        "A synonym of itself",
        "Type synonyms stand for one another in a circle, so none of them means anything. A type that"
        " contains itself must be a data or newtype.",
    ),
    "GHC-23517": (
        "A newtype holds one thing",
        "A newtype has exactly one constructor with one field. Write data for more.",
    ),
    "GHC-07626": (
        "Not a pattern",
        "A pattern is made of variables, literals, constructors, lists and tuples; a function cannot "
        "be called in one. Bind a variable, and compute with it on the right, or in a guard: f n | n "
        "> 0 = n - 1.",
    ),
    "GHC-69158": (
        "Exports that conflict",
        "The module exports two different things under one name. Take one of them out of the list "
        "after the module's name, or hide it where it is imported.",
    ),
}
