// SQLite's result codes in the words of the daemon.
#include "store/sqlite/failure.hpp"

#include <sqlite3.h>

namespace paysync::store::sqlite {

namespace {
int primary(int code) {
    return code & 0xff;
}
} // namespace

base::Error to_error(const Failure& failure) {
    const std::string why = std::string(failure.what()) + " (SQLite code " + std::to_string(failure.code) + ")";
    switch (primary(failure.code)) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return {base::Errc::corrupt, "the store's file is damaged, restore it from a copy: " + why};
    case SQLITE_CONSTRAINT: return {base::Errc::internal, "the store refused contradictory data: " + why};
    case SQLITE_FULL: return {base::Errc::unavailable, "the disk that holds the store is full: " + why};
    case SQLITE_IOERR: return {base::Errc::unavailable, "the disk that holds the store reported a failure: " + why};
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {base::Errc::unavailable, "another program keeps the store locked: " + why};
    case SQLITE_READONLY:
    case SQLITE_PERM: return {base::Errc::unavailable, "the store may not be written: " + why};
    default: return {base::Errc::unavailable, "the store failed: " + why};
    }
}

bool is_constraint(const Failure& failure) {
    return primary(failure.code) == SQLITE_CONSTRAINT;
}

void fail_corrupt(const std::string& what) {
    throw Failure{SQLITE_CORRUPT, what};
}

} // namespace paysync::store::sqlite
