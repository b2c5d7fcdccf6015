// An org in memory, for the tests in flow files.
#pragma once

#include "paysync/flow/flow_set.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace paysync::flow {

/// One thing that a flow did in a test.
struct TestEffect {
    enum class Kind { create, update, hold, error, invoke, notify };
    Kind kind = Kind::create;
    std::string text;             ///< the object; the reason; the message; the action or endpoint
    std::string id;               ///< of the record; the key of a call
    Json fields = Json::object(); ///< what was written and was not so before
};

/// Holds records as a new org would: no required fields, no triggers, every field that is written exists. A record
/// made by a flow gets the id "OBJECT 1", "OBJECT 2", …, so that a test can name it.
class TestOrg : public Knowledge {
public:
    TestOrg(const std::map<std::string, std::vector<Json>>& given,
            const std::map<std::string, std::set<std::string>>& fields_read);

    /// One evaluation at a time: what was looked up since is known.
    std::optional<Answer> answer(const Question& question) const override;
    void look_up(const Question& question);
    void forget() { known_.clear(); }

    /// Writes of one plan, folded into one effect for each record; unchanged ones are none.
    std::vector<TestEffect> apply(const std::vector<RecordWrite>& writes, const std::string& now);

    /// With the ids of the records that its tokens stand for.
    Json resolved(const Json& value) const;

    /// All records, each with its references written out instead of ids, sorted: independent of the order of making.
    Json state() const;

private:
    Json* find(const std::string& object, const std::string& id);
    const Json* find_any(const std::string& id) const;
    Json with_parents(const std::string& object, const Json& record) const;
    Json written_out(const Json& record, int depth) const;
    std::optional<TestEffect> apply(const RecordWrite& write, const std::string& now);

    std::map<std::string, std::vector<Json>> records_;
    const std::map<std::string, std::set<std::string>>& fields_read_;
    std::map<std::string, Answer> known_;
    std::map<std::string, std::string> ids_; ///< token → id
    std::map<std::string, int> made_;        ///< by object
};

} // namespace paysync::flow
