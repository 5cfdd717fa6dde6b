-- | The fields that dots select (`record.field`), which GHC leaves out of what it tells of a module.
module Selected (selected, fieldsOf) where

import qualified Data.Array as Array
import Data.Data (Data, cast)
import qualified Data.Map.Strict as Map
import Data.Maybe (catMaybes)
import GHC
import GHC.Iface.Ext.Types
import GHC.Iface.Ext.Utils (flattenAst)
import GHC.Iface.Type (ifaceTyConName)
import Language.Haskell.Syntax.Basic (FieldLabelString (..))
import GHC.Types.Name.Reader (GlobalRdrEnv, Parent (..), globalRdrEnvElts, gre_par)
import GHC.Data.FastString (unpackFS)

import Quoted (inside)
import Spelling (nameOf, occurrence)

-- | Where the record is, where its field, and what that is called.
type Selection = (RealSrcSpan, RealSrcSpan, String)

selected :: Data part => part -> [Selection]
selected part = own ++ concat (inside selected part)
  where
    own = case cast part :: Maybe (HsExpr GhcRn) of
      Just (HsGetField _ record (L _ (DotFieldOcc _ label)))
        | RealSrcSpan place _ <- getLocA record
        , RealSrcSpan spot _ <- getLocA label ->
            [(place, spot, unpackFS (field_label (unLoc label)))]
      _ -> []

-- | The fields themselves: those of the records' types, as the module's tree has them.
fieldsOf :: GlobalRdrEnv -> HieFile -> [Selection] -> [(RealSrcSpan, Name)]
fieldsOf scope file selections =
  [ (spot, name)
  | (place, spot, label) <- selections
  , con <- take 1 (Map.findWithDefault [] place makers)
  , element <- globalRdrEnvElts scope
  , ParentIs con == gre_par element
  , let name = nameOf element
  , occurrence name == label
  ]
  where
    wanted = Map.fromList [(place, ()) | (place, _, _) <- selections]
    makers =
      Map.fromList
        [ (nodeSpan node, [ifaceTyConName con | HTyConApp con _ <- map (hie_types file Array.!) (typesOf node)])
        | tree <- Map.elems (getAsts (hie_asts file))
        , node <- flattenAst tree
        , Map.member (nodeSpan node) wanted
        ]
    typesOf node =
      concat
        [ nodeType info ++ catMaybes (map identType (Map.elems (nodeIdentifiers info)))
        | info <- Map.elems (getSourcedNodeInfo (sourcedNodeInfo node))
        ]
