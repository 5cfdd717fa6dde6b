#ifndef ROOM_H
#define ROOM_H

#include <stddef.h>

/* From its next collection on this process may allocate so much before it collects again. */
void room_make(size_t bytes);

#endif
