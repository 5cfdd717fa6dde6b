{-# LANGUAGE RankNTypes #-}

-- | The names behind ticks (`'name`, `''Type`), which GHC leaves out of what it tells of a module.
module Quoted (inside, quoted, withQuoted) where

import Data.Data (Data, cast, gmapQ)
import Data.List (partition, sortOn)
import qualified Data.Map.Strict as Map
import qualified Data.Set as Set
import GHC
import GHC.Iface.Ext.Types
import GHC.Types.SrcLoc

type Quote = (RealSrcSpan, Name)

-- | Those in a part of a module's source.
quoted :: Data part => part -> [Quote]
quoted = within Nothing

-- | In an expression at a place: GHC forgets that of the name itself.
within :: Data part => Maybe RealSrcSpan -> part -> [Quote]
within around part
  | Just (L spot expression) <- cast part :: Maybe (LHsExpr GhcRn) = parts (real spot) expression
  | Just (L spot expression) <- cast part :: Maybe (LHsExpr GhcTc) = parts (real spot) expression
  | Just (VarBr _ isValue name) <- cast part :: Maybe (HsQuote GhcRn) =
      [(behind (if isValue then 1 else 2) place, unLoc name) | Just place <- [around]]
  | otherwise = parts around part
  where
    parts :: Data whole => Maybe RealSrcSpan -> whole -> [Quote]
    parts place = concat . inside (within place)
    real spot = case locA spot of
      RealSrcSpan place _ -> Just place
      _ -> around

-- | Of each part; of what GHC has put in the place of an expression only that expression.
inside :: Data whole => (forall part. Data part => part -> result) -> whole -> [result]
inside use whole = case cast whole :: Maybe (HsExpr GhcRn) of
  Just (XExpr expansion) -> take 1 (gmapQ use expansion)
  _ -> gmapQ use whole

-- | Without so many ticks.
behind :: Int -> RealSrcSpan -> RealSrcSpan
behind ticks place = mkRealSrcSpan (mkRealSrcLoc (srcSpanFile place) (srcSpanStartLine place) (srcSpanStartCol place + ticks)) (realSrcSpanEnd place)

-- | With them as uses of what they name.
withQuoted :: [Quote] -> HieFile -> HieFile
withQuoted quotes file = file {hie_asts = HieASTs (Map.map (\tree -> foldr insert tree quotes) (getAsts (hie_asts file)))}

insert :: Quote -> HieAST TypeIndex -> HieAST TypeIndex
insert quote@(place, name) node
  | not (nodeSpan node `containsSpan` place) || nodeSpan node == place = node
  | any holds (nodeChildren node) = node {nodeChildren = map (insert quote) (nodeChildren node)}
  | otherwise = node {nodeChildren = sortOn nodeSpan (new : others)}
  where
    holds child = nodeSpan child `containsSpan` place
    (inner, others) = partition (containsSpan place . nodeSpan) (nodeChildren node)
    new = Node {sourcedNodeInfo = SourcedNodeInfo (Map.singleton SourceInfo use), nodeSpan = place, nodeChildren = inner}
    use = NodeInfo {nodeAnnotations = Set.empty, nodeType = [], nodeIdentifiers = Map.singleton (Right name) details}
    details = IdentifierDetails {identType = Nothing, identInfo = Set.singleton Use}
