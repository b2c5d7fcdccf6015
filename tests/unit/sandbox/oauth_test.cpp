// Logging in, staying logged in, and being told who one is.
#include "sandbox_client.hpp"
#include "signed_assertion.hpp"

#include <stdexcept>

namespace paysync::sandbox {
namespace {

using base::Json;
using std::chrono::hours;

constexpr std::int64_t now_in_clock = 1'772'355'600; // 2026-03-01T09:00:00Z, when ManualClock begins

const SigningKey& app_key() {
    static const SigningKey key;
    return key;
}

SandboxSettings with_jwt() {
    SandboxSettings settings;
    settings.jwt_certificate = app_key().public_pem();
    settings.username = "robot@acme.example";
    return settings;
}

class Login {
public:
    explicit Login(SandboxSettings settings = with_jwt()) : client{std::move(settings)} {}

    net::Response post(const std::string& endpoint, std::vector<std::pair<std::string, std::string>> fields,
                       net::Headers headers = {}) {
        net::Request request;
        request.method = "POST";
        request.target = "/services/oauth2/" + endpoint;
        request.headers = std::move(headers);
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = net::form_encoded(fields);
        return client.send(std::move(request));
    }

    net::Response get(const std::string& target) {
        net::Request request;
        request.target = target;
        request.headers.set("Authorization", "Bearer " + client.token);
        return client.send(std::move(request));
    }

    Json claims() const {
        return {{"iss", client.sandbox.settings().client_id},
                {"sub", "robot@acme.example"},
                {"aud", "https://login.salesforce.com"},
                {"exp", now_in_clock + 180}};
    }

    net::Response by_jwt(const std::string& assertion) {
        return post("token",
                    {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", assertion}});
    }
    net::Response by_jwt(const char* name, Json value) {
        Json changed = claims();
        changed[name] = std::move(value);
        return by_jwt(app_key().sign(changed));
    }

    net::Response by_credentials(net::Headers headers = {}) {
        const SandboxSettings& settings = client.sandbox.settings();
        return post("token",
                    {{"grant_type", "client_credentials"},
                     {"client_id", settings.client_id},
                     {"client_secret", settings.client_secret}},
                    std::move(headers));
    }

    SandboxClient client;
};

Json body_of(const net::Response& response) {
    return base::parse_json(response.body).value();
}

/// "error: description" of a refusal in the shape of OAuth.
std::string refusal(const net::Response& response) {
    EXPECT_EQ(response.status, 400U) << response.body;
    EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
    const Json body = body_of(response);
    EXPECT_EQ(body.size(), 2U) << response.body;
    return text(body, "error") + ": " + text(body, "error_description");
}

TEST(JwtBearer, GivesATokenWithoutSecretAndWithoutRefreshToken) {
    Login login;
    const auto answer = login.by_jwt(app_key().sign(login.claims()));
    ASSERT_EQ(answer.status, 200U) << answer.body;
    const Json token = body_of(answer);
    for (const char* name : {"access_token", "scope", "instance_url", "id", "token_type"})
        EXPECT_TRUE(token.contains(name)) << name;
    EXPECT_EQ(token.size(), 5U) << "no refresh_token, no expires_in";
    login.client.token = text(token, "access_token");
    login.client.json(200, "GET", "limits");
}

TEST(JwtBearer, TakesExpiryAsNumberOrTextHoweverFarAway) {
    Login login;
    EXPECT_EQ(login.by_jwt("exp", std::to_string(now_in_clock)).status, 200U);
    EXPECT_EQ(login.by_jwt("exp", now_in_clock * 1000).status, 200U) << "Salesforce's own tool writes milliseconds";
    EXPECT_EQ(login.by_jwt("exp", now_in_clock - 179).status, 200U) << "three minutes of skew";
    EXPECT_EQ(refusal(login.by_jwt("exp", now_in_clock - 181)), "invalid_grant: expired authorization code");
}

TEST(JwtBearer, TakesEveryAudienceThatSalesforceTakes) {
    Login login;
    EXPECT_EQ(login.by_jwt("aud", "https://test.salesforce.com").status, 200U);
    EXPECT_EQ(login.by_jwt("aud", login.client.sandbox.settings().instance_url).status, 200U);
    EXPECT_EQ(refusal(login.by_jwt("aud", "https://login.example.com")), "invalid_grant: audience is invalid");
}

TEST(JwtBearer, RefusesWhatTheKeyDidNotSign) {
    Login login;
    EXPECT_EQ(refusal(login.by_jwt(SigningKey{}.sign(login.claims()))), "invalid_grant: invalid assertion");
    EXPECT_EQ(refusal(login.by_jwt(app_key().sign(login.claims(), {{"alg", "none"}}))),
              "invalid_grant: invalid assertion");
    EXPECT_EQ(refusal(login.by_jwt(app_key().sign(login.claims(), {{"alg", "HS256"}}))),
              "invalid_grant: invalid assertion");
    std::string changed = app_key().sign(login.claims());
    char& letter = changed[changed.find('.') + 5];
    letter = letter == 'A' ? 'B' : 'A';
    EXPECT_EQ(refusal(login.by_jwt(changed)), "invalid_grant: invalid assertion");
    EXPECT_EQ(refusal(login.by_jwt("no assertion at all")), "invalid_grant: invalid assertion");
}

TEST(JwtBearer, RefusesUnknownAppsAndUsers) {
    Login login;
    EXPECT_EQ(refusal(login.by_jwt("iss", "somebody else")), "invalid_client_id: client identifier invalid");
    EXPECT_EQ(refusal(login.by_jwt("sub", "stranger@acme.example")),
              "invalid_grant: user hasn't approved this consumer");
}

TEST(JwtBearer, IsOffWithoutACertificate) {
    Login login{SandboxSettings{}};
    EXPECT_EQ(refusal(login.by_jwt(app_key().sign(login.claims()))), "invalid_client: invalid client credentials");
    SandboxSettings broken;
    broken.jwt_certificate = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
    EXPECT_THROW(SandboxClient{broken}, std::runtime_error);
}

TEST(OtherGrants, AreRefusedByName) {
    Login login;
    EXPECT_EQ(refusal(login.post("token", {{"grant_type", "password"}, {"username", "u"}, {"password", "p"}})),
              "unsupported_grant_type: grant type not supported");
    EXPECT_EQ(refusal(login.post("token", {})), "invalid_request: missing required parameter: grant_type");
    const SandboxSettings& settings = login.client.sandbox.settings();
    EXPECT_EQ(refusal(login.post("token", {{"grant_type", "refresh_token"},
                                           {"client_id", settings.client_id},
                                           {"client_secret", settings.client_secret},
                                           {"refresh_token", "never given"}})),
              "invalid_grant: expired access/refresh token");
    EXPECT_EQ(refusal(login.by_credentials({{"Host", "login.salesforce.com"}})),
              "invalid_grant: request not supported on this domain");
}

TEST(ClientCredentials, TellWhenAndForWhomTheTokenWasMade) {
    Login login;
    const Json token = body_of(login.by_credentials());
    EXPECT_EQ(token.at("issued_at"), std::to_string(now_in_clock * 1000));
    EXPECT_EQ(text(token, "signature").size(), 44U);
    EXPECT_NE(text(token, "id").find("/id/00D"), std::string::npos);
}

TEST(Tokens, EndWhenTheyAreRevoked) {
    Login login;
    EXPECT_EQ(login.post("revoke", {{"token", login.client.token}}).status, 200U);
    login.client.json(401, "GET", "limits");
    EXPECT_EQ(text(body_of(login.post("revoke", {{"token", login.client.token}})), "error"), "invalid_token");
}

TEST(Tokens, AreIntrospectedByTheApp) {
    Login login;
    const SandboxSettings& settings = login.client.sandbox.settings();
    const auto ask = [&](const std::string& token) {
        return login.post(
            "introspect",
            {{"token", token}, {"client_id", settings.client_id}, {"client_secret", settings.client_secret}});
    };
    const Json known = body_of(ask(login.client.token));
    EXPECT_EQ(known.at("active"), true);
    EXPECT_EQ(known.at("username"), "robot@acme.example");
    EXPECT_EQ(known.at("exp").get<std::int64_t>() - known.at("iat").get<std::int64_t>(), 7'200);
    EXPECT_EQ(body_of(ask("unknown")), Json::parse(R"({"active": false})"));
    EXPECT_EQ(login.post("introspect", {{"token", login.client.token}}).status, 401U);
}

TEST(Identity, IsToldToWhoeverHasAToken) {
    Login login;
    const std::string url = text(login.client.json(200, "GET", ""), "identity");
    const std::string path = url.substr(login.client.sandbox.settings().instance_url.size());
    EXPECT_EQ(body_of(login.get(path + "?format=json")).at("username"), "robot@acme.example");
    EXPECT_EQ(body_of(login.get("/services/oauth2/userinfo")).at("preferred_username"), "robot@acme.example");
    login.client.token = "foreign";
    EXPECT_EQ(login.get(path).status, 403U);
    EXPECT_EQ(login.get("/services/oauth2/userinfo").body, "Bad_OAuth_Token");
}

TEST(TokenControl, ExpiresRevokesAndRotates) {
    Login login;
    const std::string old_secret = login.client.sandbox.settings().client_secret;
    const Json state = login.client.control(200, "tokens", {{"rotate_secret", true}});
    EXPECT_NE(state.at("client_secret"), old_secret);
    EXPECT_EQ(login.by_credentials().status, 200U) << "with the new one";
    login.client.json(200, "GET", "limits");
    login.client.control(200, "tokens", {{"revoke", login.client.token}});
    login.client.json(401, "GET", "limits");
    login.client.token = login.client.sandbox.access_token();
    login.client.control(200, "tokens", {{"expire", true}});
    login.client.json(401, "GET", "limits");
    login.client.control(400, "tokens", {{"expire", false}});
    login.client.control(400, "tokens", {{"nonsense", true}});
}

TEST(TokenControl, MovesTheOrgToAnotherInstance) {
    Login login;
    login.client.control(200, "tokens", {{"move_instance", "https://moved.my.salesforce.test"}});
    login.client.json(401, "GET", "limits");
    const Json token = body_of(login.by_credentials());
    EXPECT_EQ(token.at("instance_url"), "https://moved.my.salesforce.test");
    login.client.token = text(token, "access_token");
    const auto from = [&](const char* host) { return login.client.call_with({{"Host", host}}, "GET", "limits"); };
    EXPECT_EQ(from("moved.my.salesforce.test").status, 200U);
    const auto refused = from("sandbox.my.salesforce.test");
    EXPECT_EQ(refused.status, 401U);
    EXPECT_EQ(body_of(refused).at(0).at("errorCode"), "ORG_NOT_OWNED_BY_INSTANCE");
}

} // namespace
} // namespace paysync::sandbox
