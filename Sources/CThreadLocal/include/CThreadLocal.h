#pragma once

/// The event loop that runs on the calling thread, or NULL. Swift has no thread-local storage of its own.
void *martlet_current_loop(void);
void martlet_set_current_loop(void *loop);
