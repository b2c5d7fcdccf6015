// Records in memory that answer questions as an org would.
#pragma once

#include "paysync/flow/plan.hpp"
#include "paysync/flow/question.hpp"

#include <map>
#include <string>
#include <vector>

namespace paysync::app {

/// Parents are found by their Id: a Contact whose AccountId names a known Account answers `Account.Name` too.
class MemoryOrg {
public:
    /// `given`: {object: [records]}. Errc::invalid with a sentence when it has another form. Records without Id get
    /// one.
    base::Result<void> add(const base::Json& given);

    flow::Answer answer(const flow::Question& question) const;

    /// Writes as Salesforce would, with made-up Ids for what is created; ids of tokens are remembered. False when the
    /// write changes nothing.
    bool write(const flow::RecordWrite& write);

    std::size_t size() const;

private:
    std::string new_id(const std::string& object);
    base::Json with_parents(const base::Json& record) const;
    base::Json resolved(const base::Json& value) const;
    base::Json* find(const std::string& object, const std::string& id);

    std::map<std::string, std::vector<base::Json>> records_;
    std::map<std::string, std::string> ids_of_tokens_;
    int made_ = 0;
};

} // namespace paysync::app
