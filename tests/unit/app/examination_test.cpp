// What a start finds wrong, all at once, and the exit code that it comes to.
#include "app/examination.hpp"

#include "app/exit_code.hpp"
#include "paysync/net/self_signed.hpp"
#include "scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

namespace paysync::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ExaminationOf : public ::testing::Test {
protected:
    void SetUp() override {
        folder.write("key", "the key");
        folder.write("data/here", "");
        const auto since = *base::parse_time("2026-01-01T00:00:00Z");
        const net::Identity one = net::make_self_signed({"localhost"}, since, 30);
        const net::Identity other = net::make_self_signed({"localhost"}, since, 30);
        folder.write("one.pem", one.certificate_pem);
        folder.write("one.key", one.key_pem);
        folder.write("other.key", other.key_pem);
    }

    Examination of(const std::string& webhooks, const std::string& more = "store: { path: data/p.sqlite }\n") {
        const std::string text = "webhooks:\n  address: 127.0.0.1\n  port: 0\n  signature_keys: [ { file: key } ]\n" +
                                 webhooks + "admin: { port: 0 }\n" +
                                 "salesforce:\n  login_url: https://acme.my.salesforce.com\n  client_id: abc\n"
                                 "  client_secret: { file: key }\n" +
                                 more;
        Examination found = examine(folder.write("paysync.yaml", text));
        examine_machine(found, TakenPort::is_an_error);
        return found;
    }

    ScratchFolder folder;
};

TEST_F(ExaminationOf, GoodFilesFindsNothing) {
    const Examination found = of("  tls: { certificate: one.pem, key: one.key }\n");

    EXPECT_THAT(found.problems.text(), IsEmpty());
    EXPECT_EQ(found.exit_code(), exit_code::success);
    EXPECT_TRUE(found.flows);
}

TEST_F(ExaminationOf, AKeyOfAnotherCertificateNamesBothFilesAtTheirPlace) {
    const Examination found = of("  tls: { certificate: one.pem, key: other.key }\n");

    EXPECT_EQ(found.exit_code(), exit_code::configuration);
    EXPECT_THAT(found.problems.text(), HasSubstr("paysync.yaml:5:23: error: webhooks.tls: "));
    EXPECT_THAT(found.problems.text(), HasSubstr("does not belong to the certificate"));
}

TEST_F(ExaminationOf, EverythingWrongIsToldAtOnce) {
    folder.write("flows/broken.yaml", "flow: broken\nonn: payment_captured\n");
    const Examination found = of("  tls: { certificate: gone.pem, key: one.key }\n  authorization: { file: gone }\n",
                                 "store: { path: nowhere/p.sqlite }\nlog: { level: loud }\n");
    const std::string all = found.problems.text();

    EXPECT_EQ(found.exit_code(), exit_code::configuration);
    EXPECT_THAT(all, HasSubstr("gone.pem"));
    EXPECT_THAT(all, HasSubstr("webhooks.authorization: "));
    EXPECT_THAT(all, HasSubstr("log.level must be one of"));
    EXPECT_THAT(all, HasSubstr("broken.yaml:2:1: error: "));
    EXPECT_THAT(all, HasSubstr("nowhere is not there"));
}

TEST_F(ExaminationOf, AStoreWithoutAFolderHasACodeOfItsOwn) {
    const Examination found = of("", "store: { path: nowhere/p.sqlite }\n");

    EXPECT_EQ(found.exit_code(), exit_code::cannot_create);
    EXPECT_THAT(found.problems.text(), HasSubstr("error: store.path: the folder "));
}

TEST_F(ExaminationOf, AFileThatIsNoYamlIsTheOnlyProblem) {
    const Examination found = examine(folder.write("paysync.yaml", "webhooks: [\n"));

    EXPECT_EQ(found.exit_code(), exit_code::configuration);
    EXPECT_EQ(found.problems.all().size(), 1U) << found.problems.text();
}

TEST_F(ExaminationOf, ASecretThatThisUserMayNotReadSaysWhoseItIsAndWhatToDo) {
    if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
    std::filesystem::permissions(folder.path() / "key", std::filesystem::perms::none);
    const Examination found = of("");

    EXPECT_EQ(found.exit_code(), exit_code::configuration);
    EXPECT_THAT(found.problems.text(), HasSubstr("with mode 0000: chgrp "));
}

} // namespace
} // namespace paysync::app
