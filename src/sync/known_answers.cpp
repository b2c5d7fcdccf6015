// {"A?[…]": [records], "B?[…]": "why nobody could be asked"}, in gzip.
#include "paysync/sync/known_answers.hpp"

#include "paysync/net/gzip.hpp"

namespace paysync::sync {

namespace {

using base::Json;

constexpr std::size_t unpacked_max = std::size_t{64} << 20U;

base::Error corrupt() {
    return {base::Errc::corrupt, "the answers kept of an event cannot be read"};
}

} // namespace

std::string pack_answers(const AnswersByKey& answers) {
    Json all = Json::object();
    for (const auto& [key, answer] : answers) {
        if (answer.unusable)
            all[key] = *answer.unusable;
        else
            all[key] = answer.records;
    }
    return net::gzip(base::to_text(all));
}

base::Result<AnswersByKey> unpack_answers(std::string_view packed) {
    const auto text = net::gunzip(packed, unpacked_max);
    if (!text) return corrupt();
    auto all = base::parse_json(*text);
    if (!all || !all->is_object()) return corrupt();
    AnswersByKey answers;
    for (auto& [key, one] : all->items()) {
        flow::Answer& answer = answers[key];
        if (one.is_string()) {
            answer.unusable = one.get<std::string>();
        } else if (one.is_array()) {
            for (Json& record : one) answer.records.push_back(std::move(record));
        } else {
            return corrupt();
        }
    }
    return answers;
}

} // namespace paysync::sync
