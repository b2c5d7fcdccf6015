// The seam of chance: jitter and ids come from here, so that a simulation can be replayed from its seed.
#pragma once

#include <cstdint>
#include <random>

namespace paysync::runtime {

/// Not thread-safe: used on the lane that owns it. Not for secrets.
class Chance {
public:
    virtual ~Chance() = default;
    virtual std::uint64_t bits() = 0;

    /// Evenly from [0, 1).
    double unit() { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }
    /// Evenly from [0, bound). The tiny bias of the remainder does not matter for jitter.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : bits() % bound; }
    bool happens(double probability) { return unit() < probability; }
};

/// The same numbers on every machine for one seed.
class SeededChance final : public Chance {
public:
    explicit SeededChance(std::uint64_t seed) : engine_{seed} {}
    std::uint64_t bits() override { return engine_(); }

private:
    std::mt19937_64 engine_;
};

/// Seeded by the operating system.
class SystemChance final : public Chance {
public:
    SystemChance() : engine_{(static_cast<std::uint64_t>(std::random_device{}()) << 32U) ^ std::random_device{}()} {}
    std::uint64_t bits() override { return engine_(); }

private:
    std::mt19937_64 engine_;
};

} // namespace paysync::runtime
