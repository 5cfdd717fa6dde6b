module Main where

import Stats (mean, median)
import Test.Hspec
import Test.QuickCheck

main :: IO ()
main = hspec $ do
  describe "mean" $ do
    it "is nothing for no samples" $ mean [] `shouldBe` Nothing
    it "averages" $ mean [1, 2, 3] `shouldBe` Just 2
  describe "median" $ do
    it "takes the middle one" $ median [9, 1, 5] `shouldBe` Just 5
    it "averages the two in the middle" $ median [4, 1, 2, 3] `shouldBe` Just 2.5
    it "does not care for the order" $ property $ \xs -> median xs === median (reverse xs)
