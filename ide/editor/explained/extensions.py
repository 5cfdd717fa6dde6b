"""What an extension would allow. Code → title, sentences."""

TEXTS = {
    "GHC-00158": (
        "The class cannot be derived",
        "GHC writes instances by itself for some classes only: Eq, Ord, Show, Read, Enum, Bounded, Ix"
        " and, with extensions, Functor, Generic and a few more. For a class whose methods all have "
        "defaults DeriveAnyClass lets deriving make an empty instance; else write the instance: "
        "instance C T where …",
    ),
    "GHC-82023": (
        "The class cannot be derived for a newtype",
        "A newtype can take over any instance of the type inside it, as in newtype Age = Age Int "
        "deriving (Num), once GeneralizedNewtypeDeriving is on. GHC2021 has it.",
    ),
    "GHC-87139": (
        "Deriving strategy",
        "Words that say how to derive need an extension: DerivingStrategies for deriving stock, "
        "newtype and anyclass, DerivingVia for deriving (C) via T.",
    ),
    "GHC-06206": (
        "Type family instances are off",
        "A type instance is an equation of a function on types, such as type instance Elem [a] = a. "
        "Turn on TypeFamilies.",
    ),
    "GHC-39191": (
        "Type families are off",
        "A type family is a function on types: type family Elem c says that every container c has a "
        "type Elem c. Turn on TypeFamilies.",
    ),
    "GHC-15708": (
        "Functional dependencies are off",
        "In class Container f a | f -> a the arrow promises that f decides a, so that GHC need not be"
        " told it. Turn on FunctionalDependencies.",
    ),
    "GHC-22979": (
        "The instance might never be settled",
        "To settle this instance GHC needs another one that is no simpler, and so could look for "
        "ever. Mostly the instance is too general: write it for a certain type. If it is meant, turn "
        "on UndecidableInstances.",
    ),
    "GHC-25709": (
        "An existential type, or a GADT",
        "The constructor hides a type, or carries a class with it, as in data Shown = forall a. Show "
        "a => Shown a. Turn on ExistentialQuantification, or GADTs.",
    ),
    "GHC-25955": (
        "forall is off",
        "forall a. names the type variables of a type at its beginning. ExplicitForAll lets one write"
        " it there, RankNTypes in arguments, too, as in (forall a. a -> a) -> Int.",
    ),
    "GHC-28349": (
        "The class has several parameters, or none",
        "A Haskell 2010 class is about one type. A relation between types, such as class Convert a b,"
        " needs MultiParamTypeClasses; GHC2021 has it.",
    ),
    "GHC-48406": (
        "The instance is for a certain type",
        "In Haskell 2010 an instance is for a type constructor with different variables: instance C "
        "[a], not instance C [Char] or instance C String. FlexibleInstances allows those; GHC2021 has"
        " it.",
    ),
    "GHC-28985": (
        "if with several branches is off",
        "if | n < 0 -> … | otherwise -> … needs MultiWayIf. Guards of a function, or case, do the "
        "same without.",
    ),
    "GHC-37132": (
        "The two dots of a record are off",
        "Point {..} brings all fields of a record into scope by their names, or fills them from names"
        " in scope. Turn on RecordWildCards.",
    ),
    "GHC-49378": (
        "Kind signatures are off",
        "data T (f :: Type -> Type) says what kind of type the parameter is. Turn on KindSignatures; "
        "GHC2021 has it.",
    ),
    "GHC-59155": (
        "Tuple sections are off",
        "(, True) is a function that fills the gap: \\x -> (x, True). Turn on TupleSections; GHC2021 has it.",
    ),
    "GHC-62330": (
        "Underscores in numbers are off",
        "1_000_000 is easier to read than 1000000. Turn on NumericUnderscores; GHC2021 has it.",
    ),
    "GHC-62558": (
        "A quotation mark where none belongs",
        "'a' is one character, and text stands between double quotes: \"abc\", not 'abc'. With "
        "TemplateHaskell 'name quotes a name.",
    ),
    "GHC-68567": (
        "A constructor in a type",
        "Data constructors are values; DataKinds lets one use them in types, as in Vec 'Zero Int. If "
        "no such thing is meant, look for a type of that name.",
    ),
    "GHC-88634": (
        "A constructor in a type",
        "A data constructor stands where a type belongs. Perhaps the type that it makes is meant: "
        "Bool, not True. DataKinds lets one use constructors in types.",
    ),
    "GHC-79767": (
        "Bang patterns are off",
        "f !x = … computes x before the body, which keeps a sum in a loop from piling up. Turn on "
        "BangPatterns; GHC2021 has it.",
    ),
}
