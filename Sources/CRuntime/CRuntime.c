#include "CRuntime.h"

#include <stdlib.h> // says whether this is glibc

#ifdef __GLIBC__
#include <malloc.h>
#endif

static __thread void *current_loop;

void *martlet_current_loop(void) { return current_loop; }
void martlet_set_current_loop(void *loop) { current_loop = loop; }

void martlet_keep_freed_memory(int kept_bytes, int mapped_bytes) {
#ifdef __GLIBC__
    mallopt(M_TRIM_THRESHOLD, kept_bytes);
    // Setting the one turns off how the other is found.
    mallopt(M_MMAP_THRESHOLD, mapped_bytes);
#else
    (void)kept_bytes;
    (void)mapped_bytes;
#endif
}
