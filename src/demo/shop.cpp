// Making up the day.
#include "paysync/demo/shop.hpp"

#include "paysync/base/money.hpp"
#include "paysync/base/text.hpp"
#include "paysync/sandbox/payments.hpp"

#include <algorithm>

namespace paysync::demo {

namespace {

using base::Json;
using base::WallTime;
using std::chrono::minutes;
using std::chrono::seconds;

class Maker {
public:
    Maker(runtime::Chance& chance, WallTime opens, ShopSize size) : chance_{chance}, size_{size} {
        shop_.opens = opens;
        shop_.closes = opens + std::chrono::hours{8};
    }

    Shop run() {
        for (std::size_t i = 0; i < size_.people; ++i) add_person(i);
        for (std::size_t i = 0; i < size_.payments; ++i) add_payment(i);
        add_noise();
        std::stable_sort(shop_.posts.begin(), shop_.posts.end(),
                         [](const Post& a, const Post& b) { return a.sent_at < b.sent_at; });
        return std::move(shop_);
    }

private:
    void add_person(std::size_t number) {
        sandbox::Shopper shopper = sandbox::make_shopper(chance_);
        shopper.email = "payer" + std::to_string(number) + "@example.org";
        PersonTruth person;
        person.mailbox = shopper.email;
        person.last_name = shopper.name.substr(shopper.name.rfind(' ') + 1);
        person.spelled = "Payer" + std::to_string(number) + "@Example.org";
        person.known = chance_.happens(0.25);
        person.known_phone = "+49 30 " + std::to_string(1000 + number);
        people_.push_back(shopper);
        shop_.people.push_back(std::move(person));
    }

    /// The face that a person shows at one payment: another spelling, another customer id, none at all.
    sandbox::Shopper face_of(std::size_t person) {
        sandbox::Shopper face = people_[person];
        if (chance_.happens(0.15))
            face.customer_id.clear();
        else if (chance_.happens(0.15))
            face.customer_id = second_id(person);
        if (chance_.happens(0.3)) face.email[0] = static_cast<char>(face.email[0] - 'a' + 'A');
        if (chance_.happens(0.1)) face.email = base::lower(face.email.substr(0, 1)) + face.email.substr(1);
        if (chance_.happens(0.2)) {
            face.last_4 = std::to_string(1000 + chance_.below(9000));
            face.scheme = "MASTERCARD";
        }
        return face;
    }

    std::string second_id(std::size_t person) {
        auto& id = second_ids_[person];
        if (id.empty()) id = sandbox::make_checkout_id(chance_, "cus_");
        return id;
    }

    WallTime some_time() {
        const auto span = std::chrono::duration_cast<seconds>(shop_.closes - shop_.opens).count();
        return shop_.opens + seconds{static_cast<std::int64_t>(chance_.below(static_cast<std::uint64_t>(span)))};
    }

    void add_payment(std::size_t number) {
        PaymentTruth truth;
        truth.person = chance_.below(size_.people);
        const sandbox::Shopper face = face_of(truth.person);
        truth.customer_id = face.customer_id;
        truth.currency = "EUR";
        truth.card = face.scheme + " " + face.last_4;
        // No two payments have one amount: an open Opportunity is then meant for one payment only.
        const auto amount = static_cast<std::int64_t>(1000 + number * 137 + chance_.below(100));
        sandbox::Payment payment{face, amount, truth.currency, "ORD-" + std::to_string(number), chance_};
        truth.id = payment.id();
        truth.recurring = chance_.happens(0.1);
        if (truth.recurring) payment.set_payment_type("Recurring");

        WallTime at = some_time();
        const auto later = [&](int at_least, int spread) {
            at += seconds{at_least} +
                  seconds{static_cast<std::int64_t>(chance_.below(static_cast<std::uint64_t>(spread)))};
            return at;
        };
        if (chance_.happens(0.15)) post(payment.declined(later(0, 60)), at);
        if (chance_.happens(0.9)) {
            truth.approved = true;
            truth.approved_at = later(5, 120);
            post(payment.approved(at), at);
            live_on(payment, truth, amount, at, later);
        }
        shop_.payments.push_back(std::move(truth));
    }

    template <class Later>
    void live_on(sandbox::Payment& payment, PaymentTruth& truth, std::int64_t amount, const WallTime& at,
                 Later& later) {
        if (chance_.happens(0.1)) {
            later(60, 600);
            post(payment.voided(at), at);
            return;
        }
        if (chance_.happens(0.1)) return; // authorized, never captured
        const bool in_parts = chance_.happens(0.2);
        later(1, 300);
        truth.first_capture_at = at;
        post(in_parts ? payment.captured(at, amount / 3) : payment.captured(at), at);
        if (in_parts) {
            later(60, 3600);
            post(payment.captured(at), at);
        }
        if (chance_.happens(0.25)) {
            const bool in_full = chance_.happens(0.5);
            later(60, 7200);
            post(in_full ? payment.refunded(at) : payment.refunded(at, amount / 4), at);
        }
        truth.captured = payment.captured();
        truth.refunded = payment.refunded();
        maybe_open_opportunity(truth, in_parts);
    }

    /// Sales had it in the pipeline: an open Opportunity of just this amount, under the Account that they made.
    void maybe_open_opportunity(const PaymentTruth& truth, bool in_parts) {
        if (!shop_.people[truth.person].known || in_parts || truth.recurring || !chance_.happens(0.5)) return;
        const std::string name = "Deal " + truth.id;
        shop_.deals.push_back({truth.person, name, base::major_units(truth.captured, truth.currency)});
        shop_.adopted[truth.id] = name;
    }

    void post(Json body, WallTime occurred, bool counts = true) {
        const std::string text = base::to_text(body);
        const auto delay = [&] {
            if (chance_.happens(0.1))
                return seconds{static_cast<std::int64_t>(chance_.below(7200))}; // far out of order
            return seconds{static_cast<std::int64_t>(chance_.below(20))};
        };
        shop_.posts.push_back({occurred + delay(), text, counts});
        if (chance_.happens(0.1)) shop_.posts.push_back({occurred + delay(), text, counts});
    }

    void add_noise() {
        for (int i = 0; i < 3; ++i) {
            sandbox::Shopper stranger = sandbox::make_shopper(chance_);
            sandbox::Payment payment{stranger, 777, "EUR", "TEST", chance_};
            Json test = payment.approved(shop_.opens);
            test["isTest"] = true;
            post(std::move(test), shop_.opens, false);
            Json unknown = payment.approved(shop_.opens);
            unknown["type"] = "something_new";
            post(std::move(unknown), shop_.opens, false);
        }
    }

    runtime::Chance& chance_;
    ShopSize size_;
    Shop shop_;
    std::vector<sandbox::Shopper> people_;
    std::map<std::size_t, std::string> second_ids_;
};

} // namespace

Shop make_shop(runtime::Chance& chance, WallTime opens, ShopSize size) {
    return Maker{chance, opens, size}.run();
}

} // namespace paysync::demo
