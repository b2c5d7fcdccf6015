// Payments through Checkout.com's API: requests, actions, lists and searches agree with each other.
#include "checkout_client.hpp"

#include "paysync/sandbox/payments.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;
using Types = std::vector<std::string>;
using Codes = std::vector<std::string>;

class CheckoutPayments : public CheckoutClient {};

TEST_F(CheckoutPayments, AreApprovedAndTellWhoPaidWithWhat) {
    const Json made = post(201, "/payments", payment_request());
    EXPECT_EQ(made.at("approved"), true);
    EXPECT_EQ(made.at("status"), "Authorized");
    EXPECT_EQ(made.at("response_code"), "10000");
    EXPECT_EQ(made.at("source").at("last4"), "4242");
    EXPECT_EQ(made.at("source").at("scheme"), "Visa");
    EXPECT_FALSE(made.at("source").contains("number"));
    EXPECT_EQ(made.at("balances").at("available_to_capture"), 1000);
    EXPECT_TRUE(made.at("_links").contains("capture"));
    EXPECT_EQ(text(made, "id").size(), 30U);
    const Json told = get("/payments/" + text(made, "id"));
    EXPECT_EQ(told.at("reference"), "ORD-1");
    EXPECT_EQ(told.at("customer").at("email"), "ada@shopper.example");
    const Json customer = get("/customers/ada@shopper.example");
    EXPECT_EQ(customer.at("id"), told.at("customer").at("id"));
    EXPECT_EQ(customer.at("instruments").at(0).at("id"), told.at("source").at("id"));
    EXPECT_EQ(get("/instruments/" + text(told.at("source"), "id")).at("last4"), "4242");
    EXPECT_TRUE(base::parse_time(text(told, "requested_on")).has_value());
}

TEST_F(CheckoutPayments, AreCapturedAtOnceUnlessAskedNotTo) {
    Json wanted = payment_request();
    wanted.erase("capture");
    const Json made = post(201, "/payments", wanted);
    EXPECT_EQ(made.at("status"), "Authorized");
    EXPECT_EQ(status_of(text(made, "id")), "Captured");
}

TEST_F(CheckoutPayments, DeclineByTestCardAndByAmount) {
    Json wanted = payment_request();
    wanted["source"] = card("4544249167673670");
    const Json made = post(201, "/payments", wanted);
    EXPECT_EQ(made.at("approved"), false);
    EXPECT_EQ(made.at("status"), "Declined");
    EXPECT_EQ(made.at("response_code"), "20051");
    EXPECT_EQ(status_of(text(made, "id")), "Declined");
    EXPECT_EQ(post(201, "/payments", payment_request(12305)).at("response_code"), "20005");
    EXPECT_EQ(post(201, "/payments", payment_request(101)).at("response_code"), "20051");
    EXPECT_EQ(post(201, "/payments", payment_request(6540)).at("approved"), true);
    Json yen = payment_request(12305);
    yen["currency"] = "JPY";
    EXPECT_EQ(post(201, "/payments", yen).at("approved"), true) << "amounts mean something with two decimals only";
}

TEST_F(CheckoutPayments, VerifyACardWithoutAnAmount) {
    const std::string id = pay(0);
    EXPECT_EQ(status_of(id), "Card Verified");
    EXPECT_EQ(get("/payments/" + id + "/actions").at(0).at("type"), "Card Verification");
}

TEST_F(CheckoutPayments, SayWhatIsWrongWithARequest) {
    EXPECT_EQ(error_codes("/payments", {{"amount", 1}}), (Codes{"currency_required", "payment_source_required"}));
    Json wanted = payment_request();
    wanted["source"]["number"] = "4242424242424241";
    wanted["source"]["expiry_month"] = 13;
    EXPECT_EQ(error_codes("/payments", wanted), (Codes{"card_number_invalid", "card_expiry_month_invalid"}));
    wanted = payment_request(1005);
    wanted["currency"] = "KWD";
    EXPECT_EQ(error_codes("/payments", wanted), Codes{"amount_invalid"}) << "the last digit must be 0";
    wanted = payment_request();
    wanted["payment_type"] = "Sometimes";
    EXPECT_EQ(error_codes("/payments", wanted), Codes{"payment_type_invalid"});
    net::Request broken;
    broken.method = "POST";
    broken.target = "/payments";
    broken.headers.set("Authorization", authorization);
    broken.body = "{";
    EXPECT_EQ(send(std::move(broken)).status, 422U);
}

TEST_F(CheckoutPayments, AreCapturedInPartsWhenNotFinal) {
    const std::string id = pay();
    const Json first =
        post(202, "/payments/" + id + "/captures",
             {{"amount", 400}, {"reference", "PART-1"}, {"capture_type", "NonFinal"}, {"metadata", {{"part", "1"}}}});
    EXPECT_EQ(first.at("reference"), "PART-1");
    EXPECT_EQ(status_of(id), "Partially Captured");
    post(202, "/payments/" + id + "/captures", {{"amount", 100}});
    const Json told = get("/payments/" + id);
    EXPECT_EQ(told.at("balances").at("total_captured"), 500);
    EXPECT_EQ(told.at("balances").at("available_to_capture"), 0) << "Final, the default, releases the rest";
    EXPECT_EQ(told.at("reference"), "ORD-1");
    EXPECT_EQ(call("POST", "/payments/" + id + "/captures").status, 403U);
    const Json actions = get("/payments/" + id + "/actions");
    ASSERT_EQ(actions.size(), 3U);
    EXPECT_EQ(actions.at(1).at("id"), first.at("action_id"));
    EXPECT_EQ(actions.at(1).at("reference"), "PART-1");
    EXPECT_EQ(actions.at(2).at("type"), "Authorization") << "latest first";
}

TEST_F(CheckoutPayments, AreRefundedUpToWhatWasCaptured) {
    const std::string id = pay(1000, true);
    EXPECT_EQ(error_codes("/payments/" + id + "/refunds", {{"amount", 1001}}),
              Codes{"refund_amount_exceeds_balance"});
    post(202, "/payments/" + id + "/refunds", {{"amount", 300}});
    EXPECT_EQ(status_of(id), "Partially Refunded");
    post(202, "/payments/" + id + "/refunds");
    EXPECT_EQ(status_of(id), "Refunded");
    EXPECT_EQ(get("/payments/" + id).at("balances").at("total_refunded"), 1000);
    EXPECT_EQ(call("POST", "/payments/" + pay() + "/refunds").status, 403U) << "nothing was captured";
}

TEST_F(CheckoutPayments, AreVoidedOrReversed) {
    const std::string id = pay();
    post(202, "/payments/" + id + "/voids", {{"reference", "NO-MORE"}});
    EXPECT_EQ(status_of(id), "Voided");
    EXPECT_EQ(call("POST", "/payments/" + id + "/voids").status, 403U);
    EXPECT_EQ(call("POST", "/payments/" + id + "/reversals").status, 204U) << "already reversed";
    const std::string other = pay(1000, true);
    post(202, "/payments/" + other + "/reversals");
    EXPECT_EQ(status_of(other), "Refunded");
    EXPECT_EQ(call("POST", "/payments/pay_nobody/voids").status, 404U);
}

TEST_F(CheckoutPayments, AreIncrementedWhenTheirAuthorizationIsAnEstimate) {
    Json wanted = payment_request();
    wanted["authorization_type"] = "Estimated";
    const std::string id = text(post(201, "/payments", wanted), "id");
    const Json more = post(201, "/payments/" + id + "/authorizations", {{"amount", 200}});
    EXPECT_EQ(more.at("approved"), true);
    EXPECT_EQ(get("/payments/" + id).at("amount"), 1200);
    EXPECT_EQ(get("/payments/" + id).at("balances").at("available_to_capture"), 1200);
    EXPECT_EQ(call("POST", "/payments/" + pay() + "/authorizations", {{"amount", 1}}).status, 403U);
}

TEST_F(CheckoutPayments, WaitForThePayerWith3ds) {
    Json wanted = payment_request(1000, true);
    wanted["3ds"] = {{"enabled", true}};
    const Json made = post(202, "/payments", wanted);
    EXPECT_EQ(made.at("status"), "Pending");
    EXPECT_TRUE(made.at("_links").contains("redirect"));
    const std::string id = text(made, "id");
    EXPECT_EQ(get("/payments/" + id).at("_links").at("redirect"), made.at("_links").at("redirect"));
    post(200, "/control/payment_events", {{"payment_id", id}, {"event", "payment_approved"}});
    EXPECT_EQ(status_of(id), "Captured");
    EXPECT_EQ(get("/payments/" + id).at("3ds").at("enrolled"), "Y");
}

TEST_F(CheckoutPayments, AreTriedAgainWhenAskedFor) {
    Json wanted = payment_request(12351);
    wanted["retry"] = {{"dunning", {{"enabled", true}}}};
    const Json made = post(201, "/payments", wanted);
    EXPECT_EQ(made.at("status"), "Retry Scheduled");
    EXPECT_EQ(made.at("retry").at("attempts_made"), 0);
    const std::string id = text(made, "id");
    post(200, "/control/payment_events", {{"payment_id", id}, {"event", "payment_retry_scheduled"}});
    EXPECT_EQ(get("/payments/" + id).at("retry").at("attempts_made"), 1);
    post(200, "/control/payment_events", {{"payment_id", id}, {"event", "payment_approved"}});
    EXPECT_EQ(status_of(id), "Authorized");
    EXPECT_EQ(get("/payments/" + id + "/actions").size(), 3U) << "the same payment, an action for each attempt";
    EXPECT_EQ(call("POST", "/payments/" + id + "/cancellations").status, 403U);
    const std::string other = text(post(201, "/payments", wanted), "id");
    post(202, "/payments/" + other + "/cancellations");
    EXPECT_EQ(status_of(other), "Canceled");
}

TEST_F(CheckoutPayments, HappenOnceForOneIdempotencyKey) {
    headers.set("Cko-Idempotency-Key", "key-1");
    const std::string id = pay();
    EXPECT_EQ(pay(), id);
    const Json first = post(202, "/payments/" + id + "/captures", {{"amount", 100}, {"capture_type", "NonFinal"}});
    EXPECT_EQ(post(202, "/payments/" + id + "/captures", {{"amount", 100}, {"capture_type", "NonFinal"}}), first);
    EXPECT_EQ(get("/payments/" + id).at("balances").at("total_captured"), 100);
    client.clock.advance(std::chrono::hours{25});
    EXPECT_NE(pay(), id) << "remembered for 24 hours";
    headers.set("Cko-Idempotency-Key", "key-2");
    post(422, "/payments");
    pay(); // what failed is not remembered
}

TEST_F(CheckoutPayments, AreListedByReferenceNewestFirst) {
    const std::string first = pay();
    client.clock.advance(std::chrono::seconds{1});
    const std::string second = pay();
    const Json list = get("/payments?reference=ORD-1&limit=1");
    EXPECT_EQ(list.at("total_count"), 2);
    EXPECT_EQ(list.at("data").size(), 1U);
    EXPECT_EQ(list.at("data").at(0).at("id"), second);
    EXPECT_EQ(get("/payments?reference=ORD-1&skip=1").at("data").at(0).at("id"), first);
    EXPECT_EQ(json(422, "GET", "/payments").at("error_codes").at(0), "reference_required");
    EXPECT_EQ(json(422, "GET", "/payments?reference=a&limit=101").at("error_codes").at(0), "paging_limit_invalid");
}

TEST_F(CheckoutPayments, AreFoundByTheQueryLanguage) {
    const auto found = [this](const std::string& query) {
        return post(200, "/payments/search", {{"query", query}}).at("data").size();
    };
    Json wanted = payment_request(500);
    wanted["metadata"] = {{"order", "A-77"}};
    const std::string id = text(post(201, "/payments", wanted), "id");
    pay(2000, true);
    EXPECT_EQ(found("id:'" + id + "'"), 1U);
    EXPECT_EQ(found("status:'captured'"), 1U);
    EXPECT_EQ(found("status IN ('Captured', 'Authorized')"), 2U);
    EXPECT_EQ(found("amount>500"), 1U);
    EXPECT_EQ(found("amount>=500 AND NOT status:Captured"), 1U);
    EXPECT_EQ(found("metadata.order:'A-*'"), 1U);
    EXPECT_EQ(found("metadata.order:'A-\\*'"), 0U) << "escaped";
    EXPECT_EQ(found("(amount<600 OR last4:'4242') AND email:'ada@shopper.example'"), 2U);
    EXPECT_EQ(found("reference:'ord-1'"), 2U);
    EXPECT_EQ(error_codes("/payments/search", {{"query", "nonsense"}}), Codes{"query_invalid"});
    EXPECT_EQ(error_codes("/payments/search", {{"from", "2026-03-01T00:00:00Z"}}), Codes{"to_required"});
    EXPECT_EQ(error_codes("/payments/search", {{"limit", 1001}}), Codes{"limit_invalid"});
}

TEST_F(CheckoutPayments, AreSearchedPageByPageWithinAWindow) {
    for (int i = 0; i < 5; ++i) {
        pay();
        client.clock.advance(std::chrono::hours{1});
    }
    std::vector<std::string> seen;
    Json page = post(200, "/payments/search",
                     {{"limit", 2}, {"from", "2026-03-01T09:30:00Z"}, {"to", "2026-03-01T23:00:00Z"}});
    for (int i = 0; i < 5; ++i) {
        for (const Json& row : page.at("data")) seen.push_back(text(row, "id"));
        if (!page.contains("_links")) break;
        const std::string next = text(page.at("_links").at("next"), "href");
        page = get(next.substr(client.sandbox.settings().checkout_url.size()));
    }
    EXPECT_EQ(seen.size(), 4U) << "the first was an hour before the window";
    EXPECT_EQ(page.at("data").at(0).at("status"), "authorized");
    EXPECT_EQ(page.at("data").at(0).at("actions").at(0).at("status"), "Approved");
}

TEST_F(CheckoutPayments, OfWebhooksAndOfTheApiAreOneAccount) {
    runtime::SeededChance chance{3};
    Payment payment{make_shopper(chance), 1050, "EUR", "ORD-9", chance};
    client.sandbox.know({base::to_text(payment.approved(client.clock.wall()))});
    post(202, "/payments/" + payment.id() + "/captures", {{"amount", 50}, {"capture_type", "NonFinal"}});
    const Json told = get("/payments/" + payment.id());
    EXPECT_EQ(told.at("status"), "Partially Captured");
    EXPECT_EQ(told.at("balances").at("available_to_capture"), 1000);
    EXPECT_EQ(get("/customers/" + payment.shopper().customer_id).at("email"), payment.shopper().email);
    EXPECT_EQ(get("/instruments/" + payment.shopper().source_id).at("last4"), payment.shopper().last_4);
    EXPECT_EQ(get("/workflows/events/subject/" + payment.id()).at("data").size(), 2U);
}

TEST_F(CheckoutPayments, SendTheirWebhooks) {
    connect();
    const std::string id = pay(1000, true);
    post(202, "/payments/" + id + "/refunds", {{"amount", 400}, {"reference", "R-1"}});
    client.clock.run(settle());
    EXPECT_EQ(receiver.types(own_url), (Types{"payment_approved", "payment_captured", "payment_refunded"}));
    const Json& approved = receiver.received.at(0).body;
    EXPECT_EQ(approved.at("data").at("id"), id);
    EXPECT_EQ(approved.at("data").at("source").at("last_4"), "4242") << "webhooks spell it so";
    EXPECT_EQ(approved.at("data").at("source").at("scheme"), "VISA");
    const Json& refunded = receiver.received.at(2).body;
    EXPECT_EQ(refunded.at("data").at("reference"), "R-1");
    EXPECT_EQ(refunded.at("data").at("balances").at("available_to_refund"), 600);
    EXPECT_FALSE(refunded.at("data").contains("customer"));
    EXPECT_FALSE(refunded.at("data").contains("source"));
    EXPECT_TRUE(receiver.received.at(0).request.headers.find("Cko-Signature").has_value());
    EXPECT_EQ(get("/workflows/events/" + text(approved, "id")).at("data"), approved.at("data"));
}

TEST_F(CheckoutPayments, MoveOnByThemselvesThroughControl) {
    const std::string id = pay();
    post(200, "/control/payment_events", {{"payment_id", id}, {"event", "payment_expired"}});
    const Json events = get("/workflows/events/subject/" + id).at("data");
    EXPECT_EQ(events.back().at("type"), "payment_expired");
    post(400, "/control/payment_events", {{"payment_id", id}, {"event", "payment_refunded"}});
    post(404, "/control/payment_events", {{"payment_id", "pay_nobody"}, {"event", "payment_expired"}});
    post(400, "/control/payment_events", {{"payment_id", id}, {"event", "payment_sung"}});
}

} // namespace
} // namespace paysync::sandbox
