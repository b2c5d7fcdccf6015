// The chain of the audit table.
#include "paysync/base/text.hpp"
#include "paysync/store/waiting.hpp"

namespace paysync::store {

std::string audit_hash(const std::string& previous, const AuditEntry& entry) {
    // As a list, so that no text can pass for the end of one part and the beginning of the next.
    const Json covered{previous, base::to_nanoseconds(entry.at), entry.by, entry.what, base::to_text(entry.detail)};
    return base::sha256_hex(base::to_text(covered));
}

} // namespace paysync::store
