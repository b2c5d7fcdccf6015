// Certificates for a test, in a folder that goes with it.
#pragma once

#include "paysync/net/self_signed.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace paysync::net {

class TestIdentities {
public:
    TestIdentities() {
        std::string pattern = testing::TempDir() + "tlsXXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~TestIdentities() { std::filesystem::remove_all(folder_); }
    TestIdentities(const TestIdentities&) = delete;
    TestIdentities& operator=(const TestIdentities&) = delete;

    /// Makes (or replaces) the pair of files called `name`, valid around now.
    IdentityFiles made(const std::string& name, const std::vector<std::string>& names, int days = 2) {
        return write_identity(make_self_signed(names, yesterday(), days), folder_ + "/" + name);
    }

    /// The same, signed by this folder's authority.
    IdentityFiles issued(const std::string& name, const std::vector<std::string>& names, int days = 2) {
        return write_identity(make_signed(authority(), names, yesterday(), days), folder_ + "/" + name);
    }
    std::string authority_file() { return write_identity(authority(), folder_ + "/authority").certificate_file; }

private:
    runtime::WallTime yesterday() const { return clock_.wall() - std::chrono::hours{24}; }
    const Identity& authority() {
        if (authority_.key_pem.empty()) authority_ = make_authority("Test authority", yesterday(), 30);
        return authority_;
    }

    runtime::SystemClock clock_;
    Identity authority_;
    std::string folder_;
};

} // namespace paysync::net
