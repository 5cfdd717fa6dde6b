-- | As much of JSON as answers need.
module Json (Json (..), encode) where

import Data.ByteString.Builder (Builder, char7, intDec, string7, stringUtf8)
import Data.Char (isControl, ord)
import Data.List (intersperse)
import Text.Printf (printf)

data Json
  = Null
  | Number Int
  | Flag Bool
  | Text String
  | List [Json]
  | Object [(String, Json)]

encode :: Json -> Builder
encode json = case json of
  Null -> string7 "null"
  Number number -> intDec number
  Flag flag -> string7 (if flag then "true" else "false")
  Text text -> quoted text
  List items -> char7 '[' <> commas (map encode items) <> char7 ']'
  Object fields -> char7 '{' <> commas [quoted name <> char7 ':' <> encode value | (name, value) <- fields] <> char7 '}'

commas :: [Builder] -> Builder
commas = mconcat . intersperse (char7 ',')

quoted :: String -> Builder
quoted text = char7 '"' <> stringUtf8 (concatMap escaped text) <> char7 '"'

-- | A lone surrogate has no UTF-8.
escaped :: Char -> String
escaped letter
  | letter == '"' = "\\\""
  | letter == '\\' = "\\\\"
  | isControl letter = printf "\\u%04x" (ord letter)
  | letter >= '\xD800' && letter <= '\xDFFF' = "\\ufffd"
  | otherwise = [letter]
