// Bookkeeping of suspects.
#include "sync/claims.hpp"

namespace paysync::sync {

bool Claims::gives_up(const store::RunKey& key) const {
    const auto suspect = deaths_.find(key);
    return suspect != deaths_.end() && suspect->second >= deaths_max;
}

} // namespace paysync::sync
