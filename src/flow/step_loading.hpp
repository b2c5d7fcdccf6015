// What the loaders of the kinds of steps share.
#pragma once

#include "flow/loading.hpp"

#include <string>

namespace paysync::flow {

RecordStep load_record(Loading& loading, Names& names, const Node& node);
/// `invoke` or `notify`.
CallStep load_call(Loading& loading, Names& names, const Node& node);
HoldStep load_hold(Loading& loading, Names& names, const Node& node);

/// `key:` of a step that is no record: one text. `word` says which step misses it.
Value load_own_key(Loading& loading, Names& names, const Node& node, const std::string& word);

/// Does a value inside an `each` change with its item? True outside of one.
bool mentions_item(const Names& names, const Value& value);

} // namespace paysync::flow
