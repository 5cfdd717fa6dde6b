module Main (main) where

-- | Its type has 2^40 parts.
main :: IO ()
main = bomb `seq` pure ()
  where
    pair x = (x, x)
    bomb = (four . four . four . four . four . four . four . four . four . four) ()
    four x = pair (pair (pair (pair x)))
