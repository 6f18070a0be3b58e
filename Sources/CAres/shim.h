#pragma once
// c-ares and libuv both include the system's socket headers, whose types would then belong to either module, depending
// on which the compiler loads first. Taking libuv's module in first makes it the owner in every build.
#pragma clang module import CUV
#include <ares.h>
