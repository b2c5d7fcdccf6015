// Where a secret's characters come from.
#pragma once

#include "section.hpp"

namespace paysync::app {

/// Reads `{ file: PATH }`, `{ env: NAME }` or `{ credential: NAME }` (systemd's). Reports what is wrong and returns
/// false; with Secrets::skip only the form is looked at, and `target` stays empty.
///
/// The characters are taken as they are. From a file exactly one line end ("\n" or "\r\n") at the very end is left
/// out, because editors put one there; a key that really ends in one has it twice in its file.
bool read_secret(const yaml::Node& node, const std::string& name, Reading& reading, base::Secret& target);

} // namespace paysync::app
