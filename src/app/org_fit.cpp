// Written fields and their literals first, then what is only read.
#include "org_fit.hpp"

#include "paysync/base/text.hpp"
#include "paysync/flow/written.hpp"

#include <algorithm>
#include <set>

namespace paysync::app {

namespace {

using salesforce::Field;
using salesforce::FieldType;

std::string nearest(const salesforce::ObjectDescription& description, const std::string& field) {
    std::vector<std::string> known;
    for (const auto& [lower, described] : description.fields) known.push_back(described.name);
    const auto near = base::closest(field, known);
    return near ? "did you mean '" + *near + "'? Else make" : "make";
}

/// Salesforce takes any value of a picklist that is not restricted; reports and automation know only its own.
bool is_stranger(const Field& field, const base::Json& value) {
    if (field.type != FieldType::picklist || field.restricted_picklist || !value.is_string()) return false;
    const std::string wanted = base::lower(base::trimmed(value.get<std::string>()));
    return !wanted.empty() && !field.picklist.empty() &&
           std::none_of(field.picklist.begin(), field.picklist.end(),
                        [&](const std::string& known) { return base::lower(known) == wanted; });
}

class Fitting {
public:
    Fitting(const std::string& object, const salesforce::ObjectDescription& description, yaml::Problems& problems)
        : object_{object}, description_{description}, problems_{problems} {}

    void lacks(const yaml::Place& place, const std::string& field) {
        problems_.warning(place, "Salesforce: " + object_ + " has no field " + field + " that this login can see",
                          nearest(description_, field) + " it, grant it, or list it under the step's `optional`");
    }

    void examine(const flow::WrittenField& written) {
        const Field* field = description_.find(written.field);
        if (field == nullptr) {
            if (!written.optional) lacks(written.place, written.field);
            return;
        }
        if (!field->createable && !field->updateable && !written.optional)
            problems_.warning(written.place, "Salesforce: this login may not write " + object_ + "." + field->name,
                              "grant it to the login, or list it under the step's `optional`");
        if (written.literal) examine(written.place, *field, *written.literal);
    }

    bool is_there(const std::string& path) const {
        const std::string first = path.substr(0, path.find('.'));
        return first.size() == path.size() ? description_.find(path) != nullptr
                                           : description_.find_relationship(first) != nullptr;
    }

private:
    void examine(const yaml::Place& place, const Field& field, const base::Json& literal) {
        const auto fitted = salesforce::coerce_for(description_, field, literal);
        if (!fitted) {
            problems_.warning(place, "Salesforce: " + object_ + "." + fitted.error().detail);
        } else if (is_stranger(field, literal)) {
            const std::string value = literal.get<std::string>();
            const auto near = base::closest(value, field.picklist);
            problems_.warning(place,
                              "Salesforce: " + object_ + "." + field.name + ": the org's picklist has no value \"" +
                                  value + "\"; this one takes any, but reports will not know it",
                              near ? "did you mean \"" + *near + "\"?" : "");
        }
    }

    const std::string& object_;
    const salesforce::ObjectDescription& description_;
    yaml::Problems& problems_;
};

} // namespace

void examine_fit(const flow::FlowSet& flows, const std::string& object,
                 const salesforce::ObjectDescription& description, const yaml::Place& elsewhere,
                 yaml::Problems& problems) {
    Fitting fitting{object, description, problems};
    std::set<std::string> written;
    for (const flow::WrittenField& field : flow::fields_written(flows)) {
        if (field.object != object) continue;
        written.insert(field.field);
        fitting.examine(field);
    }
    const auto optional = flows.fields_optional().find(object);
    const auto read = flows.fields_read().find(object);
    if (read == flows.fields_read().end()) return;
    for (const std::string& field : read->second) {
        if (written.contains(field) || fitting.is_there(field)) continue;
        if (optional != flows.fields_optional().end() && optional->second.contains(field)) continue;
        fitting.lacks(elsewhere, field);
    }
}

} // namespace paysync::app
