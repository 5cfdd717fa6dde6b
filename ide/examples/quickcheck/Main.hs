module Main where

import Data.List (insert, sort)
import Test.QuickCheck

-- | Insertion sort.
sorted :: [Int] -> [Int]
sorted = foldr insert []

prop_sameAsSort :: [Int] -> Property
prop_sameAsSort xs = sorted xs === sort xs

prop_idempotent :: [Int] -> Property
prop_idempotent xs = sorted (sorted xs) === sorted xs

-- | Not true: see which list QuickCheck finds.
prop_reverseIsIdentity :: [Int] -> Property
prop_reverseIsIdentity xs = reverse xs === xs

main :: IO ()
main = do
  quickCheck prop_sameAsSort
  quickCheck prop_idempotent
  quickCheck (expectFailure prop_reverseIsIdentity)
