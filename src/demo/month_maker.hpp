// Makes up a month: people, and the stories of what they paid.
#pragma once

#include "paysync/demo/month.hpp"
#include "paysync/sandbox/payments.hpp"

#include <functional>
#include <initializer_list>
#include <string_view>

namespace paysync::demo {

/// Writes down both what happened and the webhooks that tell of it.
class MonthMaker {
public:
    MonthMaker(runtime::Chance& chance, base::WallTime opens, MonthSize size);
    Month run();

private:
    /// A payment under way: its truth is month_.payments[index].
    struct Paying {
        std::size_t index = 0;
        sandbox::Payment payment;
    };
    struct Order {
        std::size_t person = 0;
        std::string name;
        bool in_metadata = true; ///< false: only the reference says which order it is
        std::string currency;
        std::int64_t amount = 0;
    };
    struct Decline {
        const char* code;
        const char* summary;
    };

    // month_people.cpp
    void add_person(std::size_t number);
    sandbox::Shopper face_of(std::size_t person);
    std::string second_id(std::size_t person);
    void add_noise();

    // month_orders.cpp
    void add_order();
    void add_broken_order(std::size_t story);
    void add_dispute(std::size_t story);
    Order make_order(std::size_t person);
    void open_deal(const Paying& paying, bool in_parts);
    void refund(Paying& paying, base::WallTime after);
    void retry_by_itself(Paying& paying, base::WallTime at, bool succeeds);

    // month_subscriptions.cpp
    void add_subscription(std::size_t story);
    Paying bill(const MonthSubscription& subscription, const sandbox::Shopper& face, std::int64_t amount,
                std::size_t number, base::WallTime due, std::string_view how);

    // month_maker.cpp
    Paying begin(const sandbox::Shopper& face, const Order& order, const std::string& subscription = {},
                 base::Json metadata = base::Json::object());
    MonthPayment& truth(const Paying& paying) { return month_.payments[paying.index]; }
    void approve(Paying& paying, base::WallTime at);
    void decline(Paying& paying, base::WallTime at, Decline reason);
    void capture(Paying& paying, base::WallTime at, std::optional<std::int64_t> amount = {});
    void give_back(Paying& paying, base::WallTime at, std::optional<std::int64_t> amount = {});
    void post(base::Json body, base::WallTime occurred, bool counts = true);
    base::WallTime day(double number) const; ///< of the month, from 0, with fractions
    std::size_t somebody() { return chance_.below(size_.people); }
    std::chrono::seconds between(std::chrono::seconds least, std::chrono::seconds most);

    runtime::Chance& chance_;
    MonthSize size_;
    Month month_;
    std::vector<sandbox::Shopper> faces_;
    std::map<std::size_t, std::string> second_ids_;
    std::size_t orders_ = 0;
};

} // namespace paysync::demo
