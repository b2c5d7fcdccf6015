// What flows write, field by field.
#include "paysync/flow/written.hpp"

#include "flow/record_walk.hpp"

#include <set>

namespace paysync::flow {

std::vector<WrittenField> fields_written(const FlowSet& flows) {
    std::vector<WrittenField> written;
    std::set<const FieldValue*> seen; // a fragment is reached from each of its users
    for (const FlowBody& body : flows.compiled().bodies)
        for_each_record(body.steps, [&](const Step&, const RecordStep& record) {
            for (const auto* fields : {&record.key, &record.set, &record.fill, &record.create})
                for (const FieldValue& field : *fields) {
                    if (!seen.insert(&field).second) continue;
                    const bool literal = field.value.kind == Value::Kind::literal;
                    written.push_back({record.object, field.field, field.place, record.optional.contains(field.field),
                                       literal ? std::optional<Json>{field.value.literal} : std::nullopt});
                }
        });
    return written;
}

} // namespace paysync::flow
