#include "CThreadLocal.h"

static __thread void *current_loop;

void *martlet_current_loop(void) { return current_loop; }
void martlet_set_current_loop(void *loop) { current_loop = loop; }
