// A small stand-in for the merged views of room checkout: enough for the shipped flows' own tests.
#pragma once

#include "paysync/flow/flow_test.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace paysync::flow {

/// Knows approvals, card checks, captures, refunds and voids. After each new event all heard ones are evaluated
/// again, in order of occurrence: simpler than the real one, and never less.
class FakeViews : public Views {
public:
    std::vector<Input> hear(const Json& raw, base::WallTime now) override {
        const std::string id = raw.at("id").get<std::string>();
        if (!heard_.contains(id)) {
            heard_[id] = raw;
            order_.push_back(id);
            std::stable_sort(order_.begin(), order_.end(), [&](const std::string& a, const std::string& b) {
                return at_of(heard_[a]) < at_of(heard_[b]);
            });
        }
        const std::string payment = payment_of(raw);
        std::vector<Input> inputs;
        for (const std::string& event : order_)
            if (payment_of(heard_[event]) == payment) inputs.push_back(input_for(heard_[event], now));
        return inputs;
    }

private:
    static base::WallTime at_of(const Json& raw) {
        return *base::parse_time(raw.at("created_on").get<std::string>());
    }
    static std::string payment_of(const Json& raw) {
        return base::member_text(base::member(raw, "data"), "id").value_or("");
    }

    Input input_for(const Json& raw, base::WallTime now) const {
        Input input;
        input.now = now;
        input.occurred_at = at_of(raw);
        input.event = {{"id", raw.at("id")},
                       {"type", raw.at("type")},
                       {"occurred_at", base::format_utc_exact(input.occurred_at)},
                       {"data", raw.at("data")},
                       {"payment", payment_view(payment_of(raw))},
                       {"dispute", nullptr}};
        input.event["customer"] = customer_view(input.event["payment"]);
        return input;
    }

    Json payment_view(const std::string& id) const {
        Json view{{"id", id},          {"reference", nullptr}, {"captured", 0},
                  {"refunded", 0},     {"voided", 0},          {"authorized", 0},
                  {"amount", nullptr}, {"metadata", nullptr},  {"captured_at", nullptr}};
        std::map<std::string, std::set<std::string>> actions;
        for (const std::string& event : order_) {
            const Json& raw = heard_.at(event);
            const Json& data = raw.at("data");
            if (payment_of(raw) != id) continue;
            const std::string type = raw.at("type").get<std::string>();
            view["currency"] = data.at("currency");
            if (data.contains("metadata")) view["metadata"] = data.at("metadata");
            if (data.contains("payment_type")) learn(view, data);
            if (!actions[type].insert(data.at("action_id").get<std::string>()).second) continue;
            add(view, type, data);
        }
        return view;
    }

    static void learn(Json& view, const Json& data) {
        view["payment_type"] = data.at("payment_type");
        view["amount"] = data.at("amount");
        view["reference"] = base::member(data, "reference");
        view["customer"] = base::member(data, "customer");
        const Json& source = base::member(data, "source");
        view["source"] = {{"scheme", base::member(source, "scheme")},
                          {"last4", base::member(source, "last_4")},
                          {"expiry_month", base::member(source, "expiry_month")},
                          {"expiry_year", base::member(source, "expiry_year")},
                          {"wallet", nullptr}};
        const Json& address = base::member(source, "billing_address");
        if (!address.is_object()) return;
        view["billing_address"] = address;
        view["billing_address"]["line1"] = base::member(address, "address_line1");
        view["billing_address"]["line2"] = base::member(address, "address_line2");
    }

    static void add(Json& view, const std::string& type, const Json& data) {
        const std::map<std::string, std::string> totals{{"payment_captured", "captured"},
                                                        {"payment_refunded", "refunded"},
                                                        {"payment_voided", "voided"},
                                                        {"payment_approved", "authorized"}};
        const auto total = totals.find(type);
        if (total == totals.end()) return;
        view[total->second] = view[total->second].get<int>() + data.at("amount").get<int>();
        if (type == "payment_captured" && view["captured_at"].is_null())
            view["captured_at"] = data.at("processed_on");
    }

    Json customer_view(const Json& payment) const {
        const Json& customer = base::member(payment, "customer");
        const auto email = base::member_text(customer, "email");
        Json view{{"id", base::member(customer, "id")},
                  {"email", base::member(customer, "email")},
                  {"email_key", nullptr},
                  {"name", base::member(customer, "name")},
                  {"phone", nullptr},
                  {"source", base::member(payment, "source")},
                  {"billing_address", base::member(payment, "billing_address")}};
        if (email) {
            std::string key = *email;
            for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            if (const auto plus = key.find('+'); plus != std::string::npos) key.erase(plus, key.find('@') - plus);
            view["email_key"] = key;
        }
        view["key"] = view["id"].is_null() ? view["email_key"] : view["id"];
        return view;
    }

    std::map<std::string, Json> heard_;
    std::vector<std::string> order_;
};

} // namespace paysync::flow
