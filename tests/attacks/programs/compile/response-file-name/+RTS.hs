module Rts where
