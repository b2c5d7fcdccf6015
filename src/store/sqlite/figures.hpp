// Daily figures in their table. All throw Failure.
#pragma once

#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"

#include <vector>

namespace paysync::store::sqlite {

std::vector<Figure> due_figures(Connection& connection, WallTime now, std::size_t limit);
std::optional<WallTime> next_figure(Connection& connection);
std::vector<Figure> figures(Connection& connection, const std::vector<FigureKey>& keys);
std::vector<Figure> figures_of(Connection& connection, const std::string& day);
FigureBook figure_book(Connection& connection);

/// The part of a settlement that speaks of figures, inside its transaction.
void settle_figures(Connection& connection, const Settlement& settlement);

} // namespace paysync::store::sqlite
