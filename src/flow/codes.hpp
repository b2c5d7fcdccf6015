// Checkout.com's response codes, as the functions of prelude.jq look them up.
#pragma once

#include "paysync/base/json.hpp"

namespace paysync::flow {

/// By code: [class, summary, retry], from codes.tsv. A code is text: some hold letters.
base::Json response_codes();

} // namespace paysync::flow
