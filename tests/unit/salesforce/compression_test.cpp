// Bodies in gzip, where the setting says so.
#include "org_bench.hpp"

#include "paysync/net/gzip.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

std::vector<Collection> rows(std::size_t count) {
    Collection made;
    made.object = "Thing";
    made.external_id = "Key";
    for (std::size_t i = 0; i < count; ++i)
        made.records.push_back(Json{{"Key", std::to_string(i)}, {"Text", std::string(100, 'x')}});
    return {made};
}

/// The only call that was made for `count` rows.
net::Request sent_for(std::size_t count, bool compress) {
    OrgSettings settings = OrgBench::default_settings();
    settings.compress = compress;
    OrgBench bench{settings};
    bench.run(bench.org->write(rows(count)));
    EXPECT_EQ(bench.transport.sent.size(), 1U);
    return bench.transport.sent.at(0).request;
}

TEST(Compression, PacksALargeBody) {
    const net::Request plain = sent_for(50, false);
    const net::Request packed = sent_for(50, true);

    EXPECT_FALSE(plain.headers.find("Content-Encoding"));
    EXPECT_EQ(packed.headers.find("Content-Encoding"), "gzip");
    EXPECT_EQ(packed.headers.find("Content-Type"), plain.headers.find("Content-Type"));
    EXPECT_LT(packed.body.size(), plain.body.size() / 4);
    EXPECT_EQ(net::gunzip(packed.body, plain.body.size()).value(), plain.body);
}

TEST(Compression, LeavesASmallBodyAlone) {
    const net::Request small = sent_for(1, true);

    EXPECT_FALSE(small.headers.find("Content-Encoding"));
    EXPECT_EQ(small.body, sent_for(1, false).body);
}

} // namespace
} // namespace paysync::salesforce
