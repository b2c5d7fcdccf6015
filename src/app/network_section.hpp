// The keys of paysync.yaml that say how connections go out.
#pragma once

#include "section.hpp"

namespace paysync::app {

/// `network`: the way out of this network, for whatever paysync calls.
void read_network(Section section, Configuration& configuration, const Reading& reading);

/// `ca_file` of any section: PEM of authorities, tried as TLS would use it.
void read_authorities(Section& section, std::string& target, const Reading& reading);

/// The part of `salesforce` that says who is believed to be Salesforce, and what is shown to it.
void read_salesforce_trust(Section& section, Configuration& configuration, const Reading& reading);

} // namespace paysync::app
