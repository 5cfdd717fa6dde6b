-- | What each name of a module is, for colouring it.
module Tokens (tokens) where

import qualified Data.Array as Array
import Data.Bits ((.|.))
import qualified Data.Map.Strict as Map
import Data.Maybe (isNothing)
import qualified Data.Set as Set
import GHC
import GHC.Core.Type (isFunTy)
import GHC.Iface.Ext.Types
import GHC.Iface.Ext.Utils (flattenAst)
import GHC.Tc.Utils.TcType (tcSplitSigmaTy)
import GHC.Types.Name (isDataOcc, isSymOcc, isTcOcc, isTvOcc, nameModule_maybe, nameOccName)
import GHC.Types.Var (varType)

import Checked (Checked (..), trees)
import Json (Json (..))
import Names (lookedUp)
import Places (binding, identifiers, place)
import Spelling (occurrence)

-- | The first names in these lines: name, place, kind, and modifiers as bits.
tokens :: Checked -> Int -> Int -> Int -> IO Json
tokens one first final most = do
  kinds <- sequenceA (Map.mapWithKey (kind one) (Map.restrictKeys named (Set.fromList [name | (Right name, _, _) <- told])))
  pure $
    List
      [ List [Text (spelled identifier), place spot, Text (what kinds identifier), Number (modifiers one identifier details)]
      | (identifier, spot, details) <- told
      ]
  where
    told = take most [found | found@(_, spot, _) <- within, inLines spot]
    named = Map.fromListWith (++) [(name, [details]) | (Right name, _, details) <- within]
    inLines spot = srcSpanEndLine spot >= first && srcSpanStartLine spot <= final
    -- Local names are bound in the same top-level node, so no other one needs to be looked at.
    within =
      [ (identifier, nodeSpan node, details)
      | tree <- trees one
      , top <- if null (nodeChildren tree) then [tree] else nodeChildren tree
      , inLines (nodeSpan top)
      , node <- flattenAst top
      , (identifier, details) <- identifiers (sourcedNodeInfo node)
      ]
    what kinds = either (const "namespace") (\name -> Map.findWithDefault "variable" name kinds)

spelled :: Identifier -> String
spelled = either moduleNameString occurrence

-- | 1: it gets its meaning here; 2: it comes from another module; 4: from a package.
modifiers :: Checked -> Identifier -> IdentifierDetails TypeIndex -> Int
modifiers one identifier details = here .|. either (const 0) (maybe 0 from . nameModule_maybe) identifier
  where
    here = if any binding (Set.toList (identInfo details)) then 1 else 0
    from home
      | home == module_ one = 0
      | moduleUnit home == moduleUnit (module_ one) = 2
      | otherwise = 6

kind :: Checked -> Name -> [IdentifierDetails TypeIndex] -> IO String
kind one name everywhere
  | isTvOcc occ = pure "typeParameter"
  | isNothing (nameModule_maybe name) = pure (local one everywhere)
  | otherwise = global <$> lookedUp one name
  where
    occ = nameOccName name
    global thing = case thing of
      Just (ATyCon con) | isClassTyCon con -> "class"
      _ | isTcOcc occ -> "type"
      _ | isDataOcc occ -> "enumMember"
      Just (AnId var) | isRecordSelector var -> "property"
      _ | isSymOcc occ -> "operator"
      Just (AnId var)
        | Just _ <- isClassOpId_maybe var -> "method"
        | (_, _, rest) <- tcSplitSigmaTy (varType var), isFunTy rest -> "function"
      _ -> "variable"

-- | What a pattern binds is a parameter; what an equation binds is a function where its type says so.
local :: Checked -> [IdentifierDetails TypeIndex] -> String
local one everywhere
  | any (any isPattern . Set.toList . identInfo) everywhere = "parameter"
  | any (maybe False function . identType) everywhere = "function"
  | otherwise = "variable"
  where
    isPattern PatternBind {} = True
    isPattern _ = False
    function index = case hie_types (hie one) Array.! index of
      HFunTy {} -> True
      HForAllTy _ rest -> function rest
      HQualTy _ rest -> function rest
      _ -> False
