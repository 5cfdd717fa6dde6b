module Main (main) where

import Control.Monad
import System.Directory
import System.Environment

-- | Sockets of engines and the service's secrets.
main :: IO ()
main = do
  forM_ ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/var/lib/docker", "/run/secrets"] $ \place -> do
    there <- doesPathExist place
    putStrLn (if there then "ESCAPED: " ++ place else "nothing")
  names <- map fst <$> getEnvironment
  putStrLn (unwords [name | name <- names, name `elem` ["SECRET_KEY", "REDIS_URL", "DATABASE_URL", "DOCKER_HOST"]])
