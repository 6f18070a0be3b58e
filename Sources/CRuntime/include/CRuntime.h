// What Swift cannot reach in the C runtime.
#pragma once

/// The event loop that runs on the calling thread, or NULL. Swift has no thread-local storage of its own.
void *martlet_current_loop(void);
void martlet_set_current_loop(void *loop);

/// Tells glibc's allocator how many free bytes at the top of each heap to keep, and which allocations to map apart.
/// Other allocators keep freed memory without being told.
void martlet_keep_freed_memory(int kept_bytes, int mapped_bytes);
