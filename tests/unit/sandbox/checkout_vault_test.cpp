// Customers, instruments and tokens.
#include "checkout_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;
using Codes = std::vector<std::string>;

class CheckoutVault : public CheckoutClient {
protected:
    std::string new_token() {
        const std::string secret = authorization;
        authorization = "Bearer pk_" + client.sandbox.settings().checkout_key.substr(3);
        const Json made = post(201, "/tokens", card());
        authorization = secret;
        EXPECT_FALSE(made.contains("number"));
        EXPECT_EQ(made.at("last4"), "4242");
        return text(made, "token");
    }
};

TEST_F(CheckoutVault, KeepsCustomersByIdAndEmail) {
    const std::string id = text(post(201, "/customers", {{"email", "Bela@shop.example"}, {"name", "Bela"}}), "id");
    EXPECT_TRUE(id.starts_with("cus_"));
    EXPECT_EQ(get("/customers/" + id).at("name"), "Bela");
    EXPECT_EQ(get("/customers/bela%40shop.example").at("id"), id);
    EXPECT_EQ(error_codes("/customers", {{"email", "bela@shop.example"}}), Codes{"customer_email_already_exists"});
    EXPECT_EQ(error_codes("/customers", {{"email", "nobody"}}), Codes{"customer_email_invalid"});
    json(204, "PATCH", "/customers/" + id, {{"name", "B."}, {"metadata", {{"tier", "gold"}}}});
    EXPECT_EQ(get("/customers/" + id).at("metadata").at("tier"), "gold");
    json(204, "DELETE", "/customers/" + id);
    EXPECT_EQ(call("GET", "/customers/" + id).status, 404U);
    EXPECT_EQ(call("DELETE", "/customers/" + id).status, 404U);
}

TEST_F(CheckoutVault, TakesMethodsInSmallLetters) {
    const std::string id = text(post(201, "/customers", {{"email", "small@shop.example"}}), "id");
    json(204, "patch", "/customers/" + id, {{"name", "Small"}});
    EXPECT_EQ(get("/customers/" + id).at("name"), "Small");
}

TEST_F(CheckoutVault, TurnsATokenIntoAnInstrumentOnce) {
    const std::string token = new_token();
    const Json wanted = {{"type", "token"}, {"token", token}, {"customer", {{"email", "ada@shop.example"}}}};
    const Json made = post(201, "/instruments", wanted);
    EXPECT_EQ(made.at("type"), "card");
    EXPECT_EQ(made.at("customer").at("email"), "ada@shop.example");
    EXPECT_EQ(error_codes("/instruments", wanted), Codes{"token_used"});
    const std::string id = text(made, "id");
    EXPECT_EQ(get("/instruments/" + id).at("fingerprint"), made.at("fingerprint"));
    EXPECT_EQ(get("/customers/ada@shop.example").at("default"), id);
    const Json changed = json(200, "PATCH", "/instruments/" + id, {{"expiry_year", 2040}});
    EXPECT_EQ(changed.at("type"), "card");
    EXPECT_EQ(get("/instruments/" + id).at("expiry_year"), 2040);
    Json payment = payment_request();
    payment["source"] = {{"type", "id"}, {"id", id}};
    payment.erase("customer");
    EXPECT_EQ(post(201, "/payments", payment).at("customer").at("id"), made.at("customer").at("id"));
    payment["source"] = {{"type", "customer"}, {"id", text(made.at("customer"), "id")}};
    EXPECT_EQ(post(201, "/payments", payment).at("source").at("id"), id);
    json(204, "DELETE", "/instruments/" + id);
    EXPECT_EQ(call("GET", "/instruments/" + id).status, 404U);
}

TEST_F(CheckoutVault, LetsATokenPayWithinItsTime) {
    Json payment = payment_request();
    payment["source"] = {{"type", "token"}, {"token", new_token()}};
    EXPECT_EQ(post(201, "/payments", payment).at("source").at("last4"), "4242");
    payment["source"]["token"] = new_token();
    client.clock.advance(std::chrono::minutes{16});
    const Json late = post(422, "/payments", payment);
    EXPECT_EQ(late.at("error_type"), "processing_error");
    EXPECT_EQ(late.at("error_codes").at(0), "token_expired");
}

TEST_F(CheckoutVault, GivesTokensForThePublicKeyOnly) {
    EXPECT_EQ(call("POST", "/tokens", card()).status, 401U);
    authorization = "Bearer pk_" + client.sandbox.settings().checkout_key.substr(3);
    EXPECT_EQ(call("GET", "/customers/cus_x").status, 401U);
}

TEST_F(CheckoutVault, KeepsBankAccounts) {
    const Json made = post(201, "/instruments",
                           {{"type", "sepa"},
                            {"instrument_data", {{"account_number", "FR2810096000509685512959O86"}}},
                            {"account_holder", {{"first_name", "Ada"}}}});
    EXPECT_EQ(made.at("type"), "sepa");
    EXPECT_FALSE(text(made, "fingerprint").empty());
    EXPECT_EQ(error_codes("/instruments", {{"type", "token"}}), Codes{"token_required"});
}

TEST_F(CheckoutVault, KnowsOneCardOfOneCustomerByOneId) {
    const Json first = post(201, "/payments", payment_request());
    const Json second = post(201, "/payments", payment_request());
    EXPECT_EQ(first.at("source").at("id"), second.at("source").at("id"));
    EXPECT_EQ(first.at("customer").at("id"), second.at("customer").at("id"));
}

TEST_F(CheckoutVault, TellsOfReplacedCards) {
    const std::string id = text(post(201, "/payments", payment_request()).at("source"), "id");
    post(200, "/control/card_updates", {{"instrument", id}});
    EXPECT_EQ(get("/instruments/" + id).at("expiry_year"), 2034);
}

} // namespace
} // namespace paysync::sandbox
