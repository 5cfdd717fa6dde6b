/* What GHC would write and compile anew at each link: the way from C's main into Haskell's. */
#include <stdlib.h>
#include <string.h>

#include "Rts.h"

#define WRITTEN "/work/.session/insight/"

extern StgClosure ZCMain_main_closure;

/* The runtime's options for what the agent was asked to tell of the run: fixed ones, chosen by a word. */
static const char *options(const char *insight) {
  if (insight && !strcmp(insight, "statistics")) return "--machine-readable -t" WRITTEN "statistics";
  if (insight && !strcmp(insight, "profile")) return "-pj -po" WRITTEN "program";
  return NULL;
}

int main(int argc, char *argv[]) {
  RtsConfig config = defaultRtsConfig;
  config.rts_opts_enabled = RtsOptsIgnoreAll;
  config.rts_opts = options(getenv("SANDBOX_INSIGHT"));
  config.rts_hs_main = true;
  unsetenv("SANDBOX_INSIGHT");
  return hs_main(argc, argv, &ZCMain_main_closure, config);
}
