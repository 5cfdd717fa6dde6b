/* What GHC would write and compile anew at each link: the way from C's main into Haskell's. */
#include "Rts.h"

extern StgClosure ZCMain_main_closure;

int main(int argc, char *argv[]) {
  RtsConfig config = defaultRtsConfig;
  config.rts_opts_enabled = RtsOptsIgnoreAll;
  config.rts_hs_main = true;
  return hs_main(argc, argv, &ZCMain_main_closure, config);
}
