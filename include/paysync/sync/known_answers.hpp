// The answers on which a flow was decided, as the store keeps them for `paysync diff`.
#pragma once

#include "paysync/flow/question.hpp"

#include <map>
#include <string>
#include <string_view>

namespace paysync::sync {

/// By Question::key().
using AnswersByKey = std::map<std::string, flow::Answer>;

/// JSON, compressed. The same answers give the same bytes.
std::string pack_answers(const AnswersByKey& answers);

/// Errc::corrupt for what pack_answers() did not write.
base::Result<AnswersByKey> unpack_answers(std::string_view packed);

} // namespace paysync::sync
