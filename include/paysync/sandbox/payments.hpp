// Believable Checkout.com webhooks of one payment, in the documented shapes; for the demo, the simulation and
// trigger.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "paysync/runtime/chance.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox {

/// Somebody who pays. Empty members are left out of the bodies.
struct Shopper {
    std::string customer_id; ///< cus_…
    std::string name;
    std::string email;
    std::string phone;
    std::string address_line1;
    std::string city;
    std::string zip;
    std::string country;         ///< two letters
    std::string source_id;       ///< src_…
    std::string scheme = "VISA"; ///< VISA, MASTERCARD, AMEX
    std::string last_4;
    std::string bin;
    std::string fingerprint;
    std::string wallet; ///< "applepay", "googlepay"; empty: the card itself
    int expiry_month = 12;
    int expiry_year = 2030;
};

/// A made-up person with a customer id, an address and a card.
Shopper make_shopper(runtime::Chance& chance);
/// `prefix` and 26 characters of Checkout.com's base 32, such as "pay_…".
std::string make_checkout_id(runtime::Chance& chance, std::string_view prefix);

/// What a dispute is about.
struct DisputeFacts {
    std::string category = "fraudulent";
    std::string reason_code = "10.4";
    std::optional<std::int64_t> amount;                 ///< nothing: the payment's
    std::optional<base::WallTime> evidence_required_by; ///< nothing: two weeks after it is asked for
};

/// One payment's life. Each call makes the body of one webhook and moves the balances on; the ids of the event and of
/// the action are new each time. Amounts are minor units of `currency`.
class Payment {
public:
    Payment(Shopper shopper, std::int64_t amount, std::string currency, std::string reference,
            runtime::Chance& chance);

    const std::string& id() const { return id_; }
    const Shopper& shopper() const { return shopper_; }
    std::int64_t authorized() const { return authorized_; }
    std::int64_t captured() const { return captured_; }
    std::int64_t refunded() const { return refunded_; }
    std::int64_t voided() const { return voided_; }

    void set_payment_type(std::string type) { payment_type_ = std::move(type); } ///< "Regular" unless set
    void set_metadata(base::Json metadata) { metadata_ = std::move(metadata); }  ///< an object; null: left out

    base::Json approved(base::WallTime at);
    /// `code` is a response code such as "20051".
    base::Json declined(base::WallTime at, std::string_view code = "20051",
                        std::string_view summary = "Insufficient Funds");
    base::Json captured(base::WallTime at, std::optional<std::int64_t> amount = {}); ///< no amount: all that is left
    base::Json refunded(base::WallTime at, std::optional<std::int64_t> amount = {});
    base::Json voided(base::WallTime at);
    /// A declined attempt that will be made again: payment_retry_scheduled. The same payment goes on. No `next`: a
    /// day later.
    base::Json retry_scheduled(base::WallTime at, std::optional<base::WallTime> next = {},
                               std::string_view code = "20051", std::string_view summary = "Insufficient Funds");
    /// The customer gave up, or a planned attempt was called off.
    base::Json canceled(base::WallTime at);
    /// `type`: dispute_received, dispute_evidence_required, dispute_won, … All are of one dispute of this payment.
    base::Json disputed(base::WallTime at, std::string_view type, const DisputeFacts& facts = {});
    const std::string& dispute_id() const { return dispute_id_; } ///< empty: never disputed

private:
    base::Json envelope(std::string_view type, std::string_view version, base::WallTime at, base::Json data);
    base::Json full_data(base::WallTime at, std::string_view code, std::string_view summary);
    base::Json action_data(base::WallTime at, std::int64_t amount);
    base::Json balances() const;
    base::Json source() const;

    Shopper shopper_;
    runtime::Chance& chance_;
    std::string id_;
    std::int64_t amount_;
    std::string currency_;
    std::string reference_;
    std::string payment_type_ = "Regular";
    std::string scheme_id_;
    base::Json metadata_ = base::Json::object();
    std::int64_t authorized_ = 0;
    std::int64_t captured_ = 0;
    std::int64_t refunded_ = 0;
    std::int64_t voided_ = 0;
    int attempts_ = 0;       ///< that failed and will be made again
    std::string dispute_id_; ///< dsp_…; empty: never disputed
};

} // namespace paysync::sandbox
