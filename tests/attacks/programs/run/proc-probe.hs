module Main (main) where

import Control.Exception
import Control.Monad

-- | What the kernel tells and takes under /proc and /sys.
main :: IO ()
main = forM_ places $ \place -> do
  written <- try (appendFile place "1")
  putStrLn (either (\e -> const "refused" (e :: IOException)) (const ("ESCAPED: " ++ place)) written)
  where
    places =
      [ "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory"
      , "/sys/kernel/uevent_helper", "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/memory.max"
      , "/sys/fs/cgroup/cgroup.procs", "/etc/passwd", "/usr/bin/ghc" ]
