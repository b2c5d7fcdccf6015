// Disputes: opened and moved on through /control, answered through the API.
#include "checkout_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;
using Types = std::vector<std::string>;
using Codes = std::vector<std::string>;

class CheckoutDisputes : public CheckoutClient {
protected:
    std::string open(Json more = Json::object()) {
        Json body = {{"payment_id", pay(1000, true)}};
        body.update(more);
        return text(post(200, "/control/disputes", body), "id");
    }
    std::string status(const std::string& id) { return text(get("/disputes/" + id), "status"); }
    void move(const std::string& id, const char* event) {
        client.clock.advance(std::chrono::minutes{1});
        post(200, "/control/disputes", {{"id", id}, {"event", event}});
    }
};

TEST_F(CheckoutDisputes, AreOpenedOnAPayment) {
    connect();
    const std::string id = open({{"category", "duplicate"}, {"amount", 600}});
    const Json told = get("/disputes/" + id);
    EXPECT_EQ(told.at("status"), "evidence_required");
    EXPECT_EQ(told.at("category"), "duplicate");
    EXPECT_EQ(told.at("amount"), 600);
    EXPECT_EQ(told.at("payment").at("amount"), 1000);
    EXPECT_FALSE(text(told.at("payment"), "arn").empty());
    EXPECT_TRUE(base::parse_time(text(told, "evidence_required_by")).has_value());
    const Json row = get("/disputes").at("data").at(0);
    EXPECT_EQ(row.at("payment_arn"), told.at("payment").at("arn"));
    EXPECT_EQ(row.at("payment_reference"), "ORD-1");
    client.clock.run(settle());
    EXPECT_EQ(receiver.types(own_url),
              (Types{"payment_approved", "payment_captured", "dispute_received", "dispute_evidence_required"}));
    EXPECT_EQ(receiver.received.back().body.at("data").at("id"), id);
    EXPECT_FALSE(receiver.received.at(2).body.at("data").contains("evidence_required_by"));
    post(404, "/control/disputes", {{"payment_id", "pay_nobody"}});
    post(400, "/control/disputes", {{"payment_id", pay()}, {"category", "whim"}});
}

TEST_F(CheckoutDisputes, MoveOnToArbitrationEvenWhenLost) {
    const std::string id = open();
    move(id, "dispute_evidence_submitted");
    EXPECT_EQ(status(id), "evidence_under_review");
    EXPECT_FALSE(get("/disputes/" + id).contains("evidence_required_by"));
    move(id, "dispute_lost");
    EXPECT_EQ(status(id), "lost");
    move(id, "dispute_arbitration_sent_to_scheme");
    EXPECT_EQ(status(id), "arbitration_under_review");
    json(204, "POST", "/disputes/" + id + "/evidence/arbitration");
    EXPECT_EQ(status(id), "arb_evidence_submitted");
    EXPECT_TRUE(text(get("/disputes/" + id + "/evidence/arbitration/submitted"), "file_id").starts_with("file_"));
    EXPECT_EQ(get("/disputes/" + id + "/schemefiles").at("files").size(), 3U);
    post(400, "/control/disputes", {{"id", id}, {"event", "dispute_danced"}});
}

TEST_F(CheckoutDisputes, TakeEvidenceAndSubmitIt) {
    const std::string id = open();
    EXPECT_EQ(call("GET", "/disputes/" + id + "/evidence").status, 404U);
    EXPECT_EQ(error_codes("/disputes/" + id + "/evidence", Json::object()), Codes{"evidence_required"});
    json(422, "PUT", "/disputes/" + id + "/evidence", {{"a_poem", "x"}});
    json(204, "PUT", "/disputes/" + id + "/evidence",
         {{"invoice_or_receipt_text", "paid"}, {"proof_of_delivery_or_service_file", "file_abc"}});
    EXPECT_EQ(get("/disputes/" + id + "/evidence").at("invoice_or_receipt_text"), "paid");
    json(204, "POST", "/disputes/" + id + "/evidence");
    EXPECT_EQ(status(id), "evidence_under_review");
    EXPECT_TRUE(text(get("/disputes/" + id + "/evidence/submitted"), "file_id").starts_with("file_"));
    EXPECT_EQ(call("POST", "/disputes/" + id + "/accept").status, 403U);
}

TEST_F(CheckoutDisputes, TakeFilesAsEvidence) {
    net::Request request;
    request.method = "POST";
    request.target = "/files";
    request.headers.set("Authorization", authorization);
    request.headers.set("Content-Type", "multipart/form-data; boundary=xyz");
    request.body = "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"proof.pdf\"\r\n"
                   "Content-Type: application/pdf\r\n\r\n12345\r\n--xyz\r\n"
                   "Content-Disposition: form-data; name=\"purpose\"\r\n\r\ndispute_evidence\r\n--xyz--\r\n";
    const net::Response answer = send(request);
    ASSERT_EQ(answer.status, 201U) << answer.body;
    const Json file = get("/files/" + text(base::parse_json(answer.body).value(), "id"));
    EXPECT_EQ(file.at("filename"), "proof.pdf");
    EXPECT_EQ(file.at("size"), 5);
    request.body = "--xyz--";
    EXPECT_EQ(send(request).status, 422U);
}

TEST_F(CheckoutDisputes, AreAccepted) {
    const std::string id = open();
    json(204, "POST", "/disputes/" + id + "/accept");
    EXPECT_EQ(status(id), "accepted");
    EXPECT_EQ(get("/workflows/events/subject/" + id).at("data").back().at("type"), "dispute_accepted");
    EXPECT_EQ(call("POST", "/disputes/dsp_nobody/accept").status, 404U);
}

TEST_F(CheckoutDisputes, AreFilteredAndPagedByTheirLastUpdate) {
    const std::string first = open();
    client.clock.advance(std::chrono::hours{1});
    const std::string second = open();
    client.clock.advance(std::chrono::hours{1});
    move(first, "dispute_won");
    EXPECT_EQ(get("/disputes").at("data").at(0).at("id"), first) << "last modified first";
    EXPECT_EQ(get("/disputes?from=2026-03-01T10:30:00Z").at("data").size(), 1U);
    EXPECT_EQ(get("/disputes?to=2026-03-01T10:30:00Z").at("data").at(0).at("id"), second);
    EXPECT_EQ(get("/disputes?statuses=won,lost").at("total_count"), 1);
    EXPECT_EQ(get("/disputes?statuses=evidence_required&payment_reference=ORD-1").at("data").at(0).at("id"), second);
    EXPECT_EQ(get("/disputes?limit=1&skip=1").at("data").at(0).at("id"), second);
    EXPECT_EQ(get("/disputes?limit=1&skip=1").at("total_count"), 2);
    EXPECT_EQ(get("/disputes?entity_ids=ent_other").at("total_count"), 0);
    EXPECT_EQ(json(422, "GET", "/disputes?limit=251").at("error_codes").at(0), "paging_limit_invalid");
    EXPECT_EQ(json(422, "GET", "/disputes?limit=-1").at("error_codes").at(0), "paging_limit_invalid");
    EXPECT_EQ(json(422, "GET", "/disputes?from=yesterday").at("error_codes").at(0), "from_invalid");
}

TEST_F(CheckoutDisputes, FollowWebhooksInAnyOrder) {
    const auto event = [](const char* id, const char* type, const char* at) {
        return base::to_text({{"id", id},
                              {"type", type},
                              {"created_on", at},
                              {"data",
                               {{"id", "dsp_1"},
                                {"category", "general"},
                                {"amount", 5},
                                {"currency", "EUR"},
                                {"payment_id", "pay_1"}}}});
    };
    client.sandbox.know({event("evt_2", "dispute_won", "2026-02-02T00:00:00Z"),
                         event("evt_1", "dispute_received", "2026-02-01T00:00:00Z")});
    EXPECT_EQ(status("dsp_1"), "won");
    EXPECT_EQ(get("/disputes/dsp_1").at("received_on"), "2026-02-01T00:00:00.0000000Z");
}

} // namespace
} // namespace paysync::sandbox
