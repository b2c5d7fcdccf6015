// Waiting for a lock, as long as Salesforce waits.
#include "sandbox/account_locks.hpp"

namespace paysync::sandbox {

namespace {

constexpr runtime::Duration wait_max = std::chrono::seconds{10};

/// Keeps a waiter in the list while it waits, whatever ends the wait.
class Enlisted {
public:
    Enlisted(std::list<runtime::Wakeup*>& waiters, runtime::Wakeup& bell)
        : waiters_{waiters}, place_{waiters.insert(waiters.end(), &bell)} {}
    ~Enlisted() { waiters_.erase(place_); }
    Enlisted(const Enlisted&) = delete;
    Enlisted& operator=(const Enlisted&) = delete;

private:
    std::list<runtime::Wakeup*>& waiters_;
    std::list<runtime::Wakeup*>::iterator place_;
};

} // namespace

bool AccountLocks::Holder::take(const std::string& account) {
    const auto [owner, taken] = locks_.owners_.emplace(account, number_);
    if (taken) held_.insert(account);
    return owner->second == number_;
}

runtime::Task<std::set<std::string>> AccountLocks::Holder::acquire(std::set<std::string> accounts) {
    const runtime::SteadyTime until = locks_.clock_.steady() + wait_max;
    std::erase_if(accounts, [this](const std::string& account) { return take(account); });
    if (accounts.empty()) co_return accounts;
    runtime::Wakeup bell;
    const Enlisted enlisted{locks_.waiters_, bell};
    while (!accounts.empty() && locks_.clock_.steady() < until) {
        co_await bell.wait_until(locks_.clock_, until);
        std::erase_if(accounts, [this](const std::string& account) { return take(account); });
    }
    co_return accounts;
}

void AccountLocks::Holder::release() {
    if (held_.empty()) return;
    for (const std::string& account : held_) locks_.owners_.erase(account);
    held_.clear();
    for (runtime::Wakeup* waiter : locks_.waiters_) waiter->ring();
}

} // namespace paysync::sandbox
