// Row locks by Account: whoever writes an Account or a child of it holds the Account until its transaction ends.
#pragma once

#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/wakeup.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <string>

namespace paysync::sandbox {

class AccountLocks {
public:
    explicit AccountLocks(runtime::Clock& clock) : clock_{clock} {}

    /// One transaction.
    class Holder {
    public:
        explicit Holder(AccountLocks& locks) : locks_{locks}, number_{++locks.last_holder_} {}
        ~Holder() { release(); }
        Holder(const Holder&) = delete;
        Holder& operator=(const Holder&) = delete;

        /// Takes what is free at once and waits up to 10 s for the rest. Returns what it did not get.
        runtime::Task<std::set<std::string>> acquire(std::set<std::string> accounts);
        void release();

    private:
        bool take(const std::string& account);

        AccountLocks& locks_;
        std::uint64_t number_;
        std::set<std::string> held_;
    };

private:
    runtime::Clock& clock_;
    std::map<std::string, std::uint64_t> owners_; // account -> holder
    std::list<runtime::Wakeup*> waiters_;
    std::uint64_t last_holder_ = 0;
};

} // namespace paysync::sandbox
