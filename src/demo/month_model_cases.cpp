// Disputes and refunds: Cases.
#include "demo/month_model.hpp"

#include <algorithm>
#include <array>

namespace paysync::demo {

using base::Json;
using base::WallTime;
using std::chrono::hours;

namespace {

/// From here on a Case is a large one; minor units.
std::int64_t large_from(const std::string& currency) {
    if (currency == "JPY") return 7'500'000;
    return currency == "GBP" ? 40'000 : 50'000;
}

std::string status_after(const std::string& event) {
    if (event == "received") return "New";
    if (event == "evidence_required" || event == "evidence_submitted") return "Working";
    return event == "arbitration_sent_to_scheme" ? "Escalated" : "Closed";
}

std::string outcome_after(const std::string& event) {
    if (event == "won" || event == "canceled" || event == "arbitration_won") return "Won";
    if (event == "lost" || event == "expired" || event == "accepted" || event == "arbitration_lost") return "Lost";
    return event == "resolved" ? "Resolved" : "";
}

bool our_turn(const std::string& event) {
    return event == "received" || event == "evidence_required";
}

struct Stage {
    const char* words;
    hours before;
    const char* priority;
};
constexpr std::array<Stage, 2> stages = {{{"7d", hours{24 * 7}, "Medium"}, {"48h", hours{48}, "High"}}};

} // namespace

void MonthModel::check_cases() {
    std::size_t cases = month_.disputes.size();
    std::size_t events = 0;
    for (const MonthDispute& dispute : month_.disputes) {
        check_dispute(dispute);
        events += dispute.events.size();
    }
    for (const MonthPayment& payment : month_.payments) {
        for (const MonthMovement& refund : payment.refunds) check_refund(payment, refund);
        cases += payment.refunds.size();
    }
    expect_count("Case", cases, "disputes and refunds");
    std::size_t told = 0;
    for (const Json& comment : records("CaseComment"))
        told += shown(comment, "CommentBody").starts_with("Evidence is due") ? 0U : 1U;
    if (told != events)
        differ(std::to_string(told) + " comments for " + std::to_string(events) + " events of disputes");
}

void MonthModel::check_dispute(const MonthDispute& dispute) {
    const Json* found = one("Case", "Checkout_Dispute_Id__c", dispute.id);
    if (found == nullptr) return;
    const MonthPayment& payment = month_.payments[dispute.payment];
    const std::string& what = dispute.id;
    expect(*found, what, "Status", status_after(dispute.state()));
    expect(*found, what, "Outcome__c", outcome_after(dispute.state()));
    expect(*found, what, "Dispute_Status__c", dispute.state());
    expect(*found, what, "Dispute_Reason_Code__c", dispute.reason_code);
    expect(*found, what, "Type", "Dispute");
    expect(*found, what, "OwnerId", dispute.amount >= large_from(payment.currency) ? "Disputes_Large" : "Disputes");
    expect_money(*found, what, "Amount__c", dispute.amount, payment.currency);
    expect_time(*found, what, "Evidence_Due__c", dispute.evidence_due);
    if (shown(*found, "Subject").find(payment.order) == std::string::npos)
        differ(what + ": the Subject does not name " + payment.order + ": " + shown(*found, "Subject"));
    check_links(*found, what, payment, dispute.events.front().at);

    std::vector<std::string> comments;
    for (const Json* comment : all("CaseComment", "ParentId", shown(*found, "Id")))
        comments.push_back(shown(*comment, "CommentBody"));
    check_deadline(dispute, comments);
    std::string priority = "Low";
    if (our_turn(dispute.state()) && dispute.evidence_due)
        for (const Stage& stage : stages)
            if (fired(*dispute.evidence_due - stage.before, month_.compared_at) == Seen::yes)
                priority = stage.priority;
    expect(*found, what, "Priority", priority);
    expect(*found, what, "IsEscalated", priority == "High" ? "true" : "false");
}

/// As the deadline neared while it was our turn, a comment said so.
void MonthModel::check_deadline(const MonthDispute& dispute, const std::vector<std::string>& comments) {
    WallTime known = month_.compared_at;
    WallTime until = month_.compared_at;
    for (const MonthDisputeEvent& event : dispute.events) {
        if (event.type == "evidence_required") known = std::min(known, event.at);
        if (!our_turn(event.type)) until = std::min(until, event.at);
    }
    for (const Stage& stage : stages) {
        const std::string words = "less than " + std::string(stage.words) + " left";
        const auto told = std::count_if(comments.begin(), comments.end(), [&](const std::string& comment) {
            return comment.find(words) != std::string::npos;
        });
        const Seen wanted =
            dispute.evidence_due ? fired(std::max(*dispute.evidence_due - stage.before, known), until) : Seen::no;
        if (told > 1 || (told == 0 && wanted == Seen::yes) || (told == 1 && wanted == Seen::no))
            differ(dispute.id + ": " + std::to_string(told) + " comments say: " + words);
    }
}

void MonthModel::check_refund(const MonthPayment& payment, const MonthMovement& refund) {
    const std::string key = "refund/" + refund.action;
    const Json* found = one("Case", "Checkout_Case_Key__c", key);
    if (found == nullptr) return;
    const bool large = refund.amount >= large_from(payment.currency);
    expect(*found, key, "Status", "New");
    expect(*found, key, "Type", "Refund");
    expect(*found, key, "Refund_Reason__c", refund.amount >= payment.captured() ? "Full refund" : "Partial refund");
    expect(*found, key, "Priority", large ? "High" : "Medium");
    expect(*found, key, "OwnerId", large ? "Refunds_Large" : "Refunds");
    expect_money(*found, key, "Amount__c", refund.amount, payment.currency);
    check_links(*found, key, payment, refund.at);
}

/// Whatever was known for long enough when the Case was made.
void MonthModel::check_links(const Json& record, const std::string& what, const MonthPayment& payment,
                             WallTime since) {
    if (*payment.approved_at() + margin < since) {
        expect(record, what, "AccountId", accounts_[payment.person]);
        expect(record, what, "ContactId", contacts_[payment.person]);
    }
    if (!has_opportunity(payment) || payment.captures.front().at + margin >= since) return;
    const auto won = all("Opportunity", "Checkout_Payment_Id__c", payment.id);
    if (won.size() == 1) expect(record, what, "Opportunity__c", shown(*won.front(), "Id"));
}

} // namespace paysync::demo
