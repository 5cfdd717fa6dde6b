-- | What stands where in a checked module.
module Places (at, bindings, uses, locals, localTypes, typeOf, binding, identifiers, place) where

import Control.Applicative ((<|>))
import Data.List (nub, sortOn)
import qualified Data.Map.Strict as Map
import Data.Maybe (fromMaybe, isNothing, listToMaybe)
import qualified Data.Set as Set
import GHC
import GHC.Core.TyCo.Ppr (pprSigmaType)
import GHC.Core.TyCo.Tidy (tidyOpenType)
import GHC.Data.FastString (mkFastString)
import GHC.Iface.Ext.Types
import GHC.Iface.Ext.Utils (flattenAst, hieTypeToIface, recoverFullType)
import GHC.Iface.Type (IfaceType (..), ShowForAllFlag (..), pprIfaceSigmaType)
import GHC.Types.Name (isTcOcc, nameModule_maybe, nameOccName)
import GHC.Types.Name.Env (lookupNameEnv)
import GHC.Types.SrcLoc
import GHC.Types.Var (isVisibleFunArg)
import GHC.Types.Var.Env (emptyTidyEnv)

import Checked (Checked (..), printed, trees)
import Json (Json (..))
import Names (described, isMade, signature)
import Spelling (occurrence)
import Unnamed (withoutAny, withoutAnyInside)

type Tree = HieAST TypeIndex

-- | The smallest expression around the place: its type, and the names that it is.
at :: Checked -> Int -> Int -> Int -> Int -> IO Json
at one line column endLine endColumn = case concatMap (around wanted) (trees one) of
  [] -> pure Null
  path_ -> do
    let names = concatMap (written one) (take 1 path_)
        typed = listToMaybe [(nodeSpan node, shownType one found) | node <- path_, not (isSplice one node), Just found <- [nodeTyped one node]]
    told <- mapM (tell one) [(name, details) | (Right name, details) <- names]
    pure $
      Object
        [ ("span", maybe Null (place . nodeSpan) (listToMaybe path_))
        , ("typeSpan", maybe Null (place . fst) typed)
        , ("type", maybe Null (Text . snd) typed)
        , ("names", List told)
        , ("modules", List (nub' [Text (moduleNameString name) | (Left name, _) <- names]))
        ]
  where
    wanted = span_ one line column endLine endColumn
    nub' = take 1

tell :: Checked -> (Name, IdentifierDetails TypeIndex) -> IO Json
tell one (name, details) = described one (typeOfName one name details) name

-- | The nodes that hold all of the place, the smallest first.
around :: RealSrcSpan -> Tree -> [Tree]
around wanted node
  | not (nodeSpan node `containsSpan` wanted) = []
  | otherwise = inner ++ [node]
  where
    inner = case [child | child <- nodeChildren node, nodeSpan child `containsSpan` wanted] of
      child : _ -> around wanted child
      [] -> [name | isA "HsUntypedBracket" node, [name] <- [nodeChildren node], ticks name]
    -- What stands at the ticks before a name stands at the name.
    ticks name = realSrcSpanEnd (nodeSpan name) == realSrcSpanEnd (nodeSpan node)

-- | What the programmer wrote there; not what GHC makes of it.
identifiers :: SourcedNodeInfo TypeIndex -> [(Identifier, IdentifierDetails TypeIndex)]
identifiers (SourcedNodeInfo infos) =
  [ (identifier, typed identifier details)
  | info <- maybe [] pure (Map.lookup SourceInfo infos)
  , (identifier, details) <- Map.toList (nodeIdentifiers info)
  , writable identifier
  , not (all evidence (Set.toList (identInfo details)) && not (Set.null (identInfo details)))
  ]
  where
    writable (Right name) = not (isMade name)
    writable (Left _) = True
    evidence info = case info of
      EvidenceVarBind {} -> True
      EvidenceVarUse -> True
      _ -> False
    -- GHC 9.10 checks what it makes of a `do`, and counts the types in there as generated.
    typed identifier details = details {identType = identType details <|> (identType =<< Map.lookup identifier made)}
    made = maybe Map.empty nodeIdentifiers (Map.lookup GeneratedInfo infos)

-- | The same of a node; of a splice not what it made.
written :: Checked -> Tree -> [(Identifier, IdentifierDetails TypeIndex)]
written one node
  | isSplice one node = [found | found@(Right name, _) <- told, fills name (nodeSpan node)]
  | otherwise = told
  where
    told = identifiers (sourcedNodeInfo node)

isSplice :: Checked -> Tree -> Bool
isSplice one node = nodeSpan node `Set.member` splices one

-- | The type of an expression; GHC notes none of an application: it is what its function comes to.
nodeTyped :: Checked -> Tree -> Maybe IfaceType
nodeTyped one node = listToMaybe noted <|> derived
  where
    noted =
      [ full one index
      | SourcedNodeInfo infos <- [sourcedNodeInfo node]
      , origin <- [SourceInfo, GeneratedInfo]
      , info <- maybe [] pure (Map.lookup origin infos)
      , index <- nodeType info
      ]
    derived = case nodeChildren node of
      function : _ | isA "HsApp" node -> nodeTyped one function >>= result
      [inner] | isA "HsPar" node -> nodeTyped one inner
      [_, operator, _] | isA "OpApp" node -> nodeTyped one operator >>= result >>= result
      _ -> Nothing
    result function = case function of
      IfaceFunTy flag _ _ rest | isVisibleFunArg flag -> Just rest
                               | otherwise -> result rest
      _ -> Nothing

-- | An expression of this kind.
isA :: String -> Tree -> Bool
isA what node = NodeAnnotation (mkFastString what) (mkFastString "HsExpr") `elem` annotations node

-- | Of this type of GHC's syntax.
isOf :: String -> Tree -> Bool
isOf what node = mkFastString what `elem` map nodeAnnotType (annotations node)

annotations :: Tree -> [NodeAnnotation]
annotations node =
  [annotation | SourcedNodeInfo infos <- [sourcedNodeInfo node], info <- Map.elems infos, annotation <- Set.toList (nodeAnnotations info)]

-- | The type of the expression that fills the place.
typeOf :: Checked -> Int -> Int -> Int -> Int -> Maybe IfaceType
typeOf one line column endLine endColumn =
  listToMaybe [found | node <- concatMap (around wanted) (trees one), nodeSpan node == wanted, Just found <- [nodeTyped one node]]
  where
    wanted = span_ one line column endLine endColumn

full :: Checked -> TypeIndex -> IfaceType
full one index = hieTypeToIface . withoutAnyInside $ recoverFullType index (hie_types (hie one))

shownType :: Checked -> IfaceType -> String
shownType one = printed one . pprIfaceSigmaType ShowForAllWhen

rendered :: Checked -> TypeIndex -> String
rendered one = shownType one . full one

-- | The type that a name has wherever it is used, with its context; else the one noted there.
typeOfName :: Checked -> Name -> IdentifierDetails TypeIndex -> Maybe String
typeOfName one name details = (general <$> lookupNameEnv (generals one) name) <|> (rendered one <$> identType details)
  where
    general = printed one . pprSigmaType . withoutAny . snd . tidyOpenType emptyTidyEnv

-- | Every binding of a variable in the module: name, place, type, whether it is at the top, whether a value is bound to it.
-- Not an instance's methods, which have the class's types, nor what a function, a lambda or an alternative is given: a type
-- behind its name would read as what it gives.
bindings :: Checked -> Json
bindings one =
  List
    [ Object [("name", Text (occurrence name)), ("span", place spot), ("type", Text shown), ("top", Flag top), ("value", Flag (any valued (Set.toList (identInfo details))))]
    | (name, spot, details) <- named one
    , any binds (Set.toList (identInfo details))
    , isWritten name spot
    , not (spot `Set.member` made)
    , not (spot `Set.member` given)
    , Just shown <- [(signature one <$> lookupNameEnv (types one) name) <|> typeOfName one name details]
    , let top = not (isNothing (nameModule_maybe name))
    ]
  where
    made = methods one
    given =
      Set.fromList
        [ nodeSpan node
        | match <- concatMap flattenAst (trees one)
        , isOf "Match" match
        , argument <- nodeChildren match
        , isOf "Pat" argument
        , node <- flattenAst argument
        ]
    valued info = case info of
      ValBind RegularBind _ _ -> True
      _ -> False
    binds info = case info of
      ValBind RegularBind _ _ -> True
      PatternBind {} -> True
      MatchBind -> False
      _ -> False

-- | Where instances' methods are bound, which have the class's types.
methods :: Checked -> Set.Set RealSrcSpan
methods one = Set.fromList [spot | (name, spot, details) <- named one, isTcOcc (nameOccName name) || any gives (Set.toList (identInfo details))]
  where
    gives info = case info of
      ValBind InstanceBind _ _ -> True
      _ -> False

-- | A derived method stands where its class is named.
isWritten :: Name -> RealSrcSpan -> Bool
isWritten name spot = srcSpanStartLine spot /= srcSpanEndLine spot || fills name spot

-- | There is room for the name, or for it in brackets, and no more.
fills :: Name -> RealSrcSpan -> Bool
fills name spot = srcSpanStartLine spot == srcSpanEndLine spot && width >= size && width <= size + 2
  where
    width = srcSpanEndCol spot - srcSpanStartCol spot
    size = length (occurrence name)

-- | Also what a splice binds, but not what else it made.
named :: Checked -> [(Name, RealSrcSpan, IdentifierDetails TypeIndex)]
named one =
  [ (name, nodeSpan node, details)
  | tree <- trees one
  , node <- flattenAst tree
  , (Right name, details) <- identifiers (sourcedNodeInfo node)
  , not (isSplice one node) || fills name (nodeSpan node) || any binding (Set.toList (identInfo details))
  ]

-- | Where in this module the thing at a place of `origin` is named.
uses :: Checked -> Checked -> Int -> Int -> Json
uses origin one line column =
  List
    [ Object
        [ ("span", place spot)
        , ("binds", Flag (any binding (Set.toList (identInfo details))))
        , ("pun", Text (pun name details (Map.findWithDefault [] spot together)))
        ]
    | (name, spot, details) <- sortOn (\(_, spot, _) -> spot) found
    , name `elem` wanted
    , not (isOther && nameModule_maybe name == Just (module_ origin))
    ]
  where
    found = [each | each@(name, spot, _) <- named one, not (isNothing (nameModule_maybe name) && spot `Set.member` made)]
    made = methods one -- GHC has a name of its own there
    together = Map.fromListWith (++) [(spot, [(name, details)]) | (name, spot, details) <- found]
    here = span_ origin line column line column
    isOther = module_ one == module_ origin && path one /= path origin -- two programs, each with a `Main` of its own
    wanted =
      nub
        [ name
        | tree <- trees origin
        , node <- take 1 (around here tree)
        , (Right name, _) <- written origin node
        ]

-- | The name gets its meaning there.
binding :: ContextInfo -> Bool
binding info = case info of
  ValBind {} -> True
  PatternBind {} -> True
  MatchBind -> True
  Decl {} -> True
  TyDecl -> True
  ClassTyDecl {} -> True
  TyVarBind {} -> True
  RecField RecFieldDecl _ -> True
  _ -> False

-- | What of a record's pun a name is, where one word stands for a field and for its value.
pun :: Name -> IdentifierDetails TypeIndex -> [(Name, IdentifierDetails TypeIndex)] -> String
pun name details beside
  | and [one == name | (one, _) <- beside, occurrence one == occurrence name] = ""
  | isField details && and [one == name || not (isField other) | (one, other) <- beside] = "field"
  | not (isField details) && or [isField other | (_, other) <- beside] = "value"
  | otherwise = "several"
  where
    isField = any field . Set.toList . identInfo
    field info = case info of
      RecField {} -> True
      _ -> False

-- | What is bound locally around a place: name and type, the innermost first.
locals :: Checked -> Int -> Int -> [(Name, String)]
locals one line column = [(name, fromMaybe "" (typeOfName one name details)) | (name, details) <- localsAt one line column]

-- | The same names as they are written, with their types.
localTypes :: Checked -> Int -> Int -> [(String, Maybe IfaceType)]
localTypes one line column = [(occurrence name, full one <$> identType details) | (name, details) <- localsAt one line column]

localsAt :: Checked -> Int -> Int -> [(Name, IdentifierDetails TypeIndex)]
localsAt one line column =
  [ (name, details)
  | (name, spot, details) <- reverse (named one)
  , isNothing (nameModule_maybe name)
  , isWritten name spot
  , any inScope (Set.toList (identInfo details))
  , not (spot `Set.member` made)
  ]
  where
    made = methods one
    here = span_ one line column line column
    inScope info = case info of
      ValBind _ scope_ _ -> covers scope_
      PatternBind inner outer _ -> covers inner || covers outer
      _ -> False
    covers (LocalScope extent) = extent `containsSpan` here
    covers ModuleScope = True
    covers NoScope = False

place :: RealSrcSpan -> Json
place spot = List (map Number [srcSpanStartLine spot, srcSpanStartCol spot, srcSpanEndLine spot, srcSpanEndCol spot])

-- | A place in the module's file, by the name that GHC has for it: what it found itself is "./File.hs".
span_ :: Checked -> Int -> Int -> Int -> Int -> RealSrcSpan
span_ one line column endLine endColumn =
  mkRealSrcSpan (mkRealSrcLoc file line column) (mkRealSrcLoc file endLine endColumn)
  where
    file = maybe (mkFastString (path one)) (srcSpanFile . nodeSpan) (listToMaybe (trees one))
