// Test cards, test amounts and the look of a card.
#include "sandbox/checkout/card.hpp"

#include "paysync/base/money.hpp"
#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace paysync::sandbox {

namespace {

using base::Json;
using CodeOf = std::pair<std::string_view, std::string_view>;

constexpr std::array summaries = {CodeOf{"10000", "Approved"},
                                  CodeOf{"20001", "Refer to card issuer"},
                                  CodeOf{"20005", "Declined - Do Not Honour"},
                                  CodeOf{"20012", "Invalid transaction"},
                                  CodeOf{"20014", "Invalid account number (no such number)"},
                                  CodeOf{"20020", "Invalid response"},
                                  CodeOf{"20051", "Insufficient Funds"},
                                  CodeOf{"20054", "Expired card"},
                                  CodeOf{"20057", "Transaction not permitted to cardholder"},
                                  CodeOf{"20059", "Suspected fraud"},
                                  CodeOf{"2005C", "Transaction not supported/blocked by issuer"},
                                  CodeOf{"20061", "Activity amount limit exceeded"},
                                  CodeOf{"20062", "Restricted card"},
                                  CodeOf{"20063", "Security violation"},
                                  CodeOf{"20068", "Response received too late / timeout"},
                                  CodeOf{"20078", "Blocked, first use"},
                                  CodeOf{"20087", "Bad track data"},
                                  CodeOf{"2009G", "Blocked by cardholder/contact cardholder"},
                                  CodeOf{"200N7", "Decline for CVV2 failure"},
                                  CodeOf{"200R1", "Issuer initiated a stop payment for this authorization"},
                                  CodeOf{"200R3", "Issuer initiated a stop payment for all authorizations"},
                                  CodeOf{"20150", "Card not 3D Secure enabled"},
                                  CodeOf{"20152", "Initial 3DS transaction not completed within 15 minutes"},
                                  CodeOf{"20154", "3D Secure authentication required"},
                                  CodeOf{"30015", "No such issuer"},
                                  CodeOf{"30033", "Expired card - Pick up"},
                                  CodeOf{"30041", "Lost card - Pick up"},
                                  CodeOf{"30043", "Stolen card - Pick up"},
                                  CodeOf{"40101", "Payment blocked due to risk"},
                                  CodeOf{"40108", "Gateway Reject - Post code failed"}};

constexpr std::array test_cards = {
    CodeOf{"4111111111111129", "20001"}, CodeOf{"4024007103573027", "20012"}, CodeOf{"4158596042924182", "20012"},
    CodeOf{"4485381577182090", "20014"}, CodeOf{"4000148147058142", "20020"}, CodeOf{"4544249167673670", "20051"},
    CodeOf{"4151512736305999", "20057"}, CodeOf{"4897453568485113", "20059"}, CodeOf{"4000144348235050", "20059"},
    CodeOf{"4556294593757189", "20061"}, CodeOf{"4818924250131070", "20062"}, CodeOf{"4556253752712245", "20063"},
    CodeOf{"4095254802642505", "20068"}, CodeOf{"4500622868341387", "20154"}, CodeOf{"4276038578596818", "2005C"},
    CodeOf{"4152812521833588", "2009G"}, CodeOf{"4734868958733862", "200N7"}, CodeOf{"4024007162185267", "30015"},
    CodeOf{"4655710037275959", "30015"}, CodeOf{"4941202060999329", "30041"}, CodeOf{"4658620059821613", "30041"},
    CodeOf{"4539253655711767", "30043"}, CodeOf{"4745820750643143", "30043"}};

/// Those of the table "card verification": a verification succeeds, an authorization does not.
constexpr std::array verification_cards = {CodeOf{"4644968546281686", "20012"}, CodeOf{"5355228287185489", "20012"},
                                           CodeOf{"4546381219393284", "20051"}, CodeOf{"5355229757805879", "20051"},
                                           CodeOf{"4543611423334994", "20061"}, CodeOf{"5355222589678168", "20061"},
                                           CodeOf{"4857662623668665", "20062"}, CodeOf{"5355225201525238", "20062"},
                                           CodeOf{"4407108123937239", "20063"}, CodeOf{"5355226042898974", "20063"}};

constexpr std::array whole_amounts = {std::pair{std::int64_t{9998}, "20068"}, std::pair{std::int64_t{4001}, "40101"},
                                      std::pair{std::int64_t{4008}, "40108"}, std::pair{std::int64_t{2011}, "200R1"},
                                      std::pair{std::int64_t{2013}, "200R3"}};
constexpr std::array amount_endings = {std::pair{std::int64_t{5}, "20005"},  std::pair{std::int64_t{12}, "20012"},
                                       std::pair{std::int64_t{14}, "20014"}, std::pair{std::int64_t{51}, "20051"},
                                       std::pair{std::int64_t{54}, "20087"}, std::pair{std::int64_t{62}, "20062"},
                                       std::pair{std::int64_t{63}, "20063"}, std::pair{std::int64_t{33}, "30033"}};
constexpr std::int64_t endings_from = 1000; // "xxx05": at least four digits

template <class Table, class Key>
std::string_view in_table(const Table& table, const Key& key) {
    const auto found = std::find_if(table.begin(), table.end(), [&key](const auto& row) { return row.first == key; });
    return found == table.end() ? std::string_view{} : std::string_view{found->second};
}

std::string_view scheme_of(std::string_view number) {
    if (number.starts_with("34") || number.starts_with("37")) return "American Express";
    if (number.starts_with("35")) return "JCB";
    if (number.starts_with("30") || number.starts_with("36") || number.starts_with("38"))
        return "Diners Club International";
    if (number.starts_with("60") || number.starts_with("65")) return "Discover";
    if (number.starts_with("5") || number.starts_with("2")) return "Mastercard";
    return "Visa";
}

} // namespace

std::string response_summary(std::string_view code) {
    const std::string_view found = in_table(summaries, code);
    return std::string(found.empty() ? (code.starts_with("10") ? "Approved" : "Declined") : found);
}

IssuerAnswer issuer_answer(std::string code) {
    std::string summary = response_summary(code);
    return {std::move(code), std::move(summary)};
}

IssuerAnswer issuer_answer_to(std::string_view number, std::int64_t amount, std::string_view currency) {
    std::string_view code = in_table(test_cards, number);
    if (code.empty() && amount > 0) code = in_table(verification_cards, number);
    if (code.empty() && amount == 101 && number == "4242424242424242") code = "20051";
    if (code.empty() && base::exponent(currency) == 2) code = in_table(whole_amounts, amount);
    if (code.empty() && base::exponent(currency) == 2 && amount >= endings_from)
        code = in_table(amount_endings, amount % 100);
    return issuer_answer(std::string(code.empty() ? "10000" : code));
}

bool is_retried(std::string_view code) {
    // Documentation, Retries (December 2025), as far as its list could be read.
    constexpr std::array<std::string_view, 14> codes = {"20005", "20013", "20014", "20015", "20016",
                                                        "20020", "20022", "20030", "20051", "20057",
                                                        "20061", "20065", "20068", "20078"};
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool is_card_number(std::string_view number) {
    if (number.size() < 12 || number.size() > 19) return false;
    int sum = 0;
    bool twice = false;
    for (auto digit = number.rbegin(); digit != number.rend(); ++digit, twice = !twice) {
        if (*digit < '0' || *digit > '9') return false;
        int value = *digit - '0';
        if (twice) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
        sum += value;
    }
    return sum % 10 == 0;
}

Json card_look(std::string_view number) {
    const std::string_view scheme = scheme_of(number);
    std::string fingerprint = base::sha256_hex("card:" + std::string(number));
    for (char& c : fingerprint)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 0x20);
    const bool debit = number.starts_with("4659") || number.starts_with("4658");
    return {{"type", "card"},
            {"scheme", scheme},
            {"last4", number.substr(number.size() - 4)},
            {"bin", number.substr(0, 6)},
            {"fingerprint", std::move(fingerprint)},
            {"card_type", debit ? "DEBIT" : "CREDIT"},
            {"card_category", "CONSUMER"},
            {"issuer", "Sandbox Bank"},
            {"issuer_country", "GB"},
            {"product_id", scheme == "Visa" ? "F" : "MCC"},
            {"product_type", std::string(scheme) + " Classic"}};
}

} // namespace paysync::sandbox
