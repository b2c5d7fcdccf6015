// The API by resource. Each function answers the calls of its resource, and nothing for those that are not its own.
#pragma once

#include "sandbox/checkout/merchant_account.hpp"
#include "sandbox/checkout/wire.hpp"

#include <optional>

namespace paysync::sandbox {

std::optional<ApiReply> answer_payments(MerchantAccount& account, const ApiCall& call);
std::optional<ApiReply> answer_vault(MerchantAccount& account, const ApiCall& call);
std::optional<ApiReply> answer_disputes(MerchantAccount& account, const ApiCall& call);
std::optional<ApiReply> answer_files(MerchantAccount& account, const ApiCall& call);
std::optional<ApiReply> answer_workflows(MerchantAccount& account, const ApiCall& call);
std::optional<ApiReply> answer_money(MerchantAccount& account, const ApiCall& call);

} // namespace paysync::sandbox
