// Reports: one for each day that is over, and those that somebody orders through /control.
#pragma once

#include "sandbox/checkout/merchant_account.hpp"
#include "sandbox/checkout/wire.hpp"

namespace paysync::sandbox {

/// A report of [from, to), ready now. Publishes report_generated. Returns its id.
std::string order_report(MerchantAccount& account, base::WallTime from, base::WallTime to);

/// GET /reports, /reports/{id}, /reports/{id}/files/{file}. The last is a 302 to a storage of another origin (API
/// reference: Get report file): "localhost" for a sandbox on 127.0.0.1, so that clients drop their Authorization.
std::optional<ApiReply> answer_reports(MerchantAccount& account, const ApiCall& call);

/// The storage: GET /storage/…?signature=…. It answers 400 to a request with an Authorization header, as object
/// storages do that find two ways to authorize, and 403 without the right signature.
ApiReply answer_storage(const MerchantAccount& account, const ApiCall& call, bool has_authorization);

} // namespace paysync::sandbox
