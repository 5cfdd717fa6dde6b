module Main (main) where

import Control.Exception
import Control.Monad
import qualified Data.ByteString as Bytes
import System.IO

-- | Devices beyond the usual ones, and the memory of the machine.
main :: IO ()
main = forM_ places $ \place -> do
  opened <- try (withBinaryFile place ReadMode (`Bytes.hGet` 16))
  putStrLn (either (\e -> const "refused" (e :: IOException)) (const ("ESCAPED: " ++ place)) opened)
  where places = ["/dev/mem", "/dev/kmem", "/dev/sda", "/dev/vda", "/dev/kvm", "/dev/fuse", "/dev/kmsg", "/dev/net/tun", "/proc/kcore"]
