module Main (main) where

import Control.Monad
import Foreign.C

-- | Doors of the kernel that no Haskell program needs: each says whether it opened.
foreign import ccall unsafe "syscall" system :: CLong -> CLong -> CLong -> CLong -> CLong -> IO CLong

main :: IO ()
main = forM_ doors $ \(name, number, a, b, c) -> do
  opened <- system number a b c 0
  putStrLn (name ++ if opened < 0 then " refused" else " ESCAPED")
  where
    doors =
      [ ("af-vsock", 41, 40, 1, 0), ("af-alg", 41, 38, 5, 0), ("af-netlink", 41, 16, 3, 0), ("io-uring", 425, 8, 0, 0)
      , ("userns", 272, 0x10000000, 0, 0), ("keyring", 250, 0, -3, 1), ("shm", 29, 4242, 4096, 0o1777)
      , ("msg", 68, 4242, 0o1777, 0), ("ptrace-agent", 101, 16, 1, 0), ("bpf", 321, 0, 0, 0)
      , ("userfaultfd", 323, 0, 0, 0), ("mount", 165, 0, 0, 0), ("setns", 308, 0, 0, 0) ]
