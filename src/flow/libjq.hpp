// jq's headers say nothing of C++.
#pragma once

#include <cstdarg>
#include <cstdint>
#include <cstdio>

extern "C" {
#include <jq.h>
#include <jv.h>
}
