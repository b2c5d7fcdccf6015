// The one table of keys.
#include "flow/file_keys.hpp"

#include "paysync/base/result.hpp"

namespace paysync::flow {

const std::map<std::string, std::vector<std::string>>& keys_of_files() {
    static const std::map<std::string, std::vector<std::string>> keys{
        {"flow",
         {"flow", "description", "enabled", "on", "needs", "when", "max_age", "priority", "vars", "converts", "steps",
          "tests"}},
        {"fragment", {"fragment", "description", "with", "gives", "steps"}},
        {"record",
         {"name", "when", "record", "key", "find", "taken", "several", "none", "set", "fill", "create", "read",
          "optional", "on_duplicate", "on_deleted"}},
        {"comparison", {"not", "gt", "gte", "lt", "lte", "like", "empty", "about", "at_least"}},
        {"use", {"when", "use", "with"}},
        {"choose", {"when", "choose"}},
        {"branch", {"when", "steps"}},
        {"otherwise", {"otherwise"}},
        {"each", {"when", "each", "as", "steps"}},
        {"at", {"when", "at", "key", "while", "late", "steps"}},
        {"invoke", {"when", "invoke", "key", "with"}},
        {"notify", {"when", "notify", "key", "body"}},
        {"hold", {"when", "hold", "key", "by", "for", "then"}},
        {"test", {"name", "now", "vars", "given", "events", "expect", "waits", "calls", "any_order"}},
        {"wait", {"wait"}},
        {"release", {"release", "decision", "by"}},
        {"timer", {"at", "key"}},
        {"event_of_file", {"from", "set"}},
        {"expect_create", {"create", "set", "exactly"}},
        {"expect_update", {"update", "set", "exactly"}},
        {"expect_invoke", {"invoke", "key", "with"}},
        {"expect_notify", {"notify", "key", "body"}},
        {"expect_hold", {"hold"}},
        {"expect_error", {"error"}},
    };
    return keys;
}

const std::vector<std::string>& keys_of(const std::string& kind) {
    const auto found = keys_of_files().find(kind);
    PAYSYNC_ASSERT(found != keys_of_files().end(), "the table has every kind");
    return found->second;
}

} // namespace paysync::flow
