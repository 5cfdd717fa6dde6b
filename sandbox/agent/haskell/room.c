#include "room.h"

#include "Rts.h"

/* The resident compiler is started so that it stays small; its fork lives for a moment, and has to be quick. */
void room_make(size_t bytes) {
  RtsFlags.GcFlags.minAllocAreaSize = (uint32_t)(bytes / BLOCK_SIZE);
  RtsFlags.GcFlags.compact = false;
}
