// The signature and authorization checks of incoming webhooks.
#include "paysync/checkout/signature.hpp"

#include "paysync/base/json.hpp"
#include "paysync/base/text.hpp"
#include "support/shared_files.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace paysync::checkout {
namespace {

using base::Secret;

std::string signature_of(const std::string& key, const std::string& body) {
    return base::to_hex(base::hmac_sha256(key, body));
}

bool matches(const std::string& header, const std::string& body, const std::vector<std::string>& keys) {
    std::vector<Secret> secrets;
    for (const std::string& key : keys) secrets.emplace_back(key);
    return signature_matches(header, body, secrets);
}

TEST(Signature, MatchesADigestComputedWithOpenssl) {
    const std::string body = R"({"id":"evt_az5sblvku4ge3dwpztvyizgcau","type":"payment_approved",)"
                             R"("created_on":"2024-01-01T00:00:00Z","data":{"id":"pay_1"}})";
    EXPECT_TRUE(matches("c60edad3a800d421eb5b1a8231fea3069d4a3ea9cf33c7898a6b57b4f338427e", body, {"cko_key"}));
}

TEST(Signature, TheCaseOfTheHexDoesNotMatter) {
    std::string upper = signature_of("k", "body");
    for (char& c : upper)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    EXPECT_TRUE(matches(upper, "body", {"k"}));
}

TEST(Signature, AnyOfSeveralKeysMayHaveSigned) {
    EXPECT_TRUE(matches(signature_of("old", "body"), "body", {"new", "old"}));
    EXPECT_TRUE(matches(signature_of("new", "body"), "body", {"new", "old"}));
    EXPECT_FALSE(matches(signature_of("other", "body"), "body", {"new", "old"}));
    EXPECT_FALSE(matches(signature_of("new", "body"), "body", {}));
}

TEST(Signature, OneChangedByteOfTheBodyBreaksIt) {
    const std::string header = signature_of("k", "{\"amount\":10}");
    EXPECT_TRUE(matches(header, "{\"amount\":10}", {"k"}));
    EXPECT_FALSE(matches(header, "{\"amount\":11}", {"k"}));
    EXPECT_FALSE(matches(header, "{\"amount\":10}\n", {"k"}));
    EXPECT_FALSE(matches(header, "{\"amount\": 10}", {"k"}));
}

TEST(Signature, KeysAreOpaqueAndNeverTrimmed) {
    for (const std::string key : {"Bearer sk_sbox_abc#", "sk_abc$", "sk_abc=", " leading", "trailing \n"}) {
        EXPECT_TRUE(matches(signature_of(key, "body"), "body", {key})) << key;
        EXPECT_FALSE(matches(signature_of(std::string{base::trimmed(key)} + "x", "body"), "body", {key})) << key;
    }
    EXPECT_FALSE(matches(signature_of("leading", "body"), "body", {" leading"}));
}

TEST(Signature, BytesThatAreNoTextCanBeSigned) {
    const std::string body{"\x00\xFF\xC3\x28 ®", 7};
    EXPECT_TRUE(matches(signature_of("k", body), body, {"k"}));
}

TEST(Signature, WhatIsNoDigestNeverMatches) {
    const std::string good = signature_of("k", "body");
    for (const std::string& header :
         {std::string{}, good.substr(2), good + "00", "sha256=" + good, " " + good.substr(1),
          good.substr(0, 63) + "g", std::string(64, 'z'), std::string(100000, 'a')})
        EXPECT_FALSE(matches(header, "body", {"k"})) << header.substr(0, 80);
}

TEST(Signature, AnEmptyKeyNeverMatches) {
    EXPECT_FALSE(matches(signature_of("", "body"), "body", {""}));
    EXPECT_TRUE(matches(signature_of("k", "body"), "body", {"", "k"}));
}

TEST(Signature, PublishedVectorsVerify) {
    const auto shared = tests::shared_folder();
    if (!shared) GTEST_SKIP() << "no folder of shared samples (PAYSYNC_SHARED)";
    const auto vectors = base::parse_json(tests::file_bytes(*shared / "samples/checkout/signature-vectors.json"));
    ASSERT_TRUE(vectors.has_value());
    ASSERT_FALSE(vectors->empty());
    for (const base::Json& vector : *vectors) {
        const auto body = vector["body"].get<std::string>();
        EXPECT_TRUE(matches(vector["signature"].get<std::string>(), body, {vector["key"].get<std::string>()}));
        EXPECT_TRUE(matches(base::lower(vector["signature"].get<std::string>()), body,
                            {"another", vector["key"].get<std::string>()}));
        EXPECT_FALSE(matches(vector["signature"].get<std::string>(), body + " ", {vector["key"].get<std::string>()}));
    }
}

TEST(Authorization, IsComparedVerbatim) {
    const Secret configured{"0362c0ba-1f13"};
    EXPECT_TRUE(authorization_matches("0362c0ba-1f13", configured));
    EXPECT_FALSE(authorization_matches("Bearer 0362c0ba-1f13", configured));
    EXPECT_FALSE(authorization_matches("0362C0BA-1F13", configured));
    EXPECT_FALSE(authorization_matches("0362c0ba-1f13 ", configured));
    EXPECT_FALSE(authorization_matches("", configured));
    EXPECT_TRUE(authorization_matches("Bearer sk_a$=", Secret{"Bearer sk_a$="}));
}

TEST(Authorization, AnEmptyConfiguredValueNeverMatches) {
    EXPECT_FALSE(authorization_matches("", Secret{}));
    EXPECT_FALSE(authorization_matches("x", Secret{}));
}

} // namespace
} // namespace paysync::checkout
