// Daily revenue figures: sums over payments, kept by differences.
#pragma once

#include "paysync/base/time.hpp"

#include <compare>
#include <cstdint>
#include <string>

namespace paysync::store {

struct FigureKey {
    std::string day;               ///< `2026-11-23`
    std::string currency;          ///< `EUR`
    std::string dimensions = "{}"; ///< a JSON object with its names in order

    auto operator<=>(const FigureKey&) const = default;
};

/// Money in minor units, the rest counts.
struct FigureSums {
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t charged_back = 0; ///< below 0 on a day that gave back more than it took
    std::int64_t count = 0;        ///< payments with their first capture
    std::int64_t attempted = 0;
    std::int64_t approved = 0;
    std::int64_t failed = 0;
    std::int64_t recovered = 0;

    bool operator==(const FigureSums&) const = default;
};

/// A difference to be added.
struct FigureChange {
    FigureKey key;
    FigureSums add;
    base::WallTime at;       ///< of the change
    base::WallTime ready_at; ///< when it is to be told, unless an earlier change waits to be told already
};

struct Figure {
    FigureKey key;
    FigureSums sums;
    base::WallTime changed_at;
    base::WallTime ready_at;
    std::int64_t version = 0; ///< counts the changes
    std::string told;         ///< what was told last, as its teller wrote it; empty: nothing yet
};

/// This version was told. If it has changed since, that is to be told at `again_at`.
struct ToldFigure {
    FigureKey key;
    std::int64_t version = 0;
    std::string told;
    base::WallTime again_at;
};

/// By which rules payments were counted into the figures, and how far: a recount goes through them in order of id.
struct FigureBook {
    std::string rules;
    std::string counted_to; ///< the last payment
    bool complete = false;

    bool operator==(const FigureBook&) const = default;
};

} // namespace paysync::store
