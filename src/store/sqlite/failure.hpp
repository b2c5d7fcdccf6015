// What SQLite refused, and how the rest of the program hears of it.
#pragma once

#include "paysync/base/result.hpp"

#include <stdexcept>
#include <string>

namespace paysync::store::sqlite {

/// Thrown inside this folder, where every call can fail, and caught at the border of each job: it never leaves the
/// room. `code` is SQLite's extended result code.
struct Failure : std::runtime_error {
    Failure(int result_code, const std::string& message) : std::runtime_error{message}, code{result_code} {}
    int code;
};

/// Errc::corrupt for a damaged file, Errc::internal for a broken constraint (a bug), else Errc::unavailable.
base::Error to_error(const Failure& failure);

/// A constraint was broken: the statement is at fault, not the disk.
bool is_constraint(const Failure& failure);

/// Stored text that is not what it was written as.
[[noreturn]] void fail_corrupt(const std::string& what);

} // namespace paysync::store::sqlite
