// Why a row, or the request that holds it, was refused.
#pragma once

#include "paysync/base/json.hpp"

#include <string>
#include <vector>

namespace paysync::sandbox {

struct RowError {
    std::string code;
    std::string message;
    std::vector<std::string> fields;
    /// Salesforce reads all rows before it writes one: a value that it cannot read fails the request with 400.
    bool whole_request = false;
    /// What a duplicate rule found (`duplicateResut`, as Salesforce spells it): told for single records only.
    base::Json duplicate = {};

    /// In an array of a single record's or a request's answer.
    base::Json as_answer() const {
        base::Json told = {{"message", message}, {"errorCode", code}};
        if (!duplicate.is_null())
            told["duplicateResut"] = duplicate;
        else if (!whole_request)
            told["fields"] = fields;
        return told;
    }
    /// In `errors` of a collection's row.
    base::Json as_row() const { return {{"statusCode", code}, {"message", message}, {"fields", fields}}; }
};

} // namespace paysync::sandbox
