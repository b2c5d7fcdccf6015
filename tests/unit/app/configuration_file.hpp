// paysync.yaml in a folder of its own, read as the daemon reads it.
#pragma once

#include "paysync/app/configuration.hpp"
#include "scratch_folder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace paysync::app {

/// The least that is valid, with `more` behind it.
inline std::string valid(const std::string& more = "") {
    return "webhooks:\n"
           "  address: 127.0.0.1\n"
           "  signature_keys: [ { file: key } ]\n"
           "salesforce:\n"
           "  login_url: https://acme.my.salesforce.com\n"
           "  client_id: abc\n"
           "  client_secret: { file: key }\n" +
           more;
}

struct Loaded {
    Configuration configuration;
    yaml::Problems problems;
};

class ConfigurationFile : public ::testing::Test {
protected:
    void SetUp() override { folder.write("key", "the key\n"); }

    Loaded load(const std::string& text, Secrets secrets = Secrets::read) {
        Loaded loaded;
        const auto file = folder.write("paysync.yaml", text);
        loaded.configuration = load_configuration(file, secrets, loaded.problems);
        return loaded;
    }

    /// All problems, with the file's folder left out.
    std::string problems_of(const std::string& text) {
        std::string all = load(text).problems.text();
        const std::string prefix = folder.path().string() + "/";
        for (auto at = all.find(prefix); at != std::string::npos; at = all.find(prefix)) all.erase(at, prefix.size());
        return all;
    }

    ScratchFolder folder;
};

} // namespace paysync::app
