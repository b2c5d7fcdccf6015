// Writing heads of HTTP/1.1 messages.
#include "message_head.hpp"

#include "paysync/base/text.hpp"
#include "tunnel.hpp"

#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <initializer_list>

namespace paysync::net {

namespace {

bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

/// A value may come from data: an end of line in it must not start a header of the sender's choice.
void append_field(std::string& head, std::string_view name, std::string_view value) {
    if (!is_token(name)) return;
    head.append(name).append(": ");
    for (const char c : value) head += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
    head += "\r\n";
}

void append_fields(std::string& head, const Headers& headers, std::initializer_list<std::string_view> ours) {
    for (const auto& [name, value] : headers.all()) {
        const std::string known = base::lower(name);
        if (std::find(ours.begin(), ours.end(), known) == ours.end()) append_field(head, name, value);
    }
}

} // namespace

std::string http_date(base::WallTime time) {
    using namespace std::chrono;
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<std::chrono::days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<seconds>(time - day)};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", days[weekday{day}.c_encoding()],
                  static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                  static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return text.data();
}

bool carries_body(unsigned status, std::string_view method) {
    return status >= 200 && status != 204 && status != 304 && method != "HEAD";
}

std::string response_head(const Response& response, AfterAnswer after, base::WallTime now) {
    const std::string_view reason =
        boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(response.status));
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head.append(reason).append("\r\n");
    append_field(head, "Date", http_date(now));
    append_fields(head, response.headers, {"content-length", "connection", "transfer-encoding", "date"});
    if (carries_body(response.status, "GET"))
        append_field(head, "Content-Length", std::to_string(response.body.size()));
    if (after == AfterAnswer::close) append_field(head, "Connection", "close");
    return head += "\r\n";
}

std::string request_head(const Origin& origin, const Request& request, const ProxySettings* via_proxy) {
    std::string head;
    const std::string target = via_proxy == nullptr ? request.target : origin.text() + request.target;
    for (const char c : request.method + " " + target) head += c == '\r' || c == '\n' || c == '\0' ? '_' : c;
    head += " HTTP/1.1\r\n";
    const std::string url = origin.text();
    append_field(head, "Host", url.substr(url.find("://") + 3));
    append_fields(
        head, request.headers,
        {"host", "content-length", "connection", "transfer-encoding", "accept-encoding", "proxy-authorization"});
    append_field(head, "Accept-Encoding", "gzip");
    if (via_proxy != nullptr && !via_proxy->username.empty())
        append_field(head, "Proxy-Authorization", basic_credentials(*via_proxy));
    if (!request.headers.find("User-Agent")) append_field(head, "User-Agent", "paysync");
    const bool usually_with_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (!request.body.empty() || usually_with_body)
        append_field(head, "Content-Length", std::to_string(request.body.size()));
    return head += "\r\n";
}

} // namespace paysync::net
