// A made-up day of a small shop: what people did, which webhooks tell of it, and what must then stand in the org.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "paysync/runtime/chance.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::demo {

/// What truly happened to one payment. The model is written from this, never from webhooks.
struct PaymentTruth {
    std::string id;
    std::size_t person = 0;
    std::string customer_id; ///< empty: a guest
    std::string currency;
    bool recurring = false;
    bool approved = false;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    base::WallTime approved_at;
    base::WallTime first_capture_at;
    std::string card; ///< as the approval says it: "VISA 4242"
};

struct PersonTruth {
    std::string mailbox; ///< lower case
    std::string last_name;
    std::string spelled;     ///< the mailbox as sales wrote it
    bool known = false;      ///< sales made a Contact and an Account of them before, by hand
    std::string known_phone; ///< what somebody typed there: must stay
};

/// One webhook, and how it reaches us.
struct Post {
    base::WallTime sent_at;
    std::string body;
    bool counts = true; ///< false: an event that must never reach Salesforce (a test event, an unknown type)
};

/// An open Opportunity that sales had made under the Account of a person whom they knew.
struct Deal {
    std::size_t person = 0;
    std::string name;
    std::string amount; ///< major units
};

struct Shop {
    std::vector<PersonTruth> people;
    std::vector<PaymentTruth> payments;
    std::vector<Post> posts; ///< by sent_at; late, doubled and out of order
    std::vector<Deal> deals;
    std::map<std::string, std::string> adopted; ///< payment id → name of the open Opportunity that it must win
    base::WallTime opens;
    base::WallTime closes;
};

struct ShopSize {
    std::size_t people = 12;
    std::size_t payments = 30;
};

Shop make_shop(runtime::Chance& chance, base::WallTime opens, ShopSize size);

/// All records of an object, as the org shows them.
using AskOrg = std::function<base::Json(const std::string& object)>;

/// What in the org is not as the day was: a sentence each. Empty: all is right. Knows the six rules of the two flows
/// in words (docs/flows), and nothing of how paysync comes to them.
std::vector<std::string> differences(const Shop& shop, const AskOrg& org);

} // namespace paysync::demo
