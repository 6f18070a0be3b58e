#pragma once
#include <sqlite3.h>

/// Counting every allocation costs a lock and two sums each, and nobody reads them. To be called before anything else;
/// variadic in C, which Swift cannot call.
static inline int martlet_sqlite3_configure(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
