// SPDX-License-Identifier: GPL-3.0-or-later
// Who is in the sandbox. A, B and C have a story (the console's first run tells it); the others have plausible names.
#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "cluster/options.h"
#include "commit/machine.h"

namespace indoubt::cluster {
namespace {

struct Bank {
    const char* title;
    const char* bic;
    const char* country;
};
constexpr std::array<Bank, base::limits::participants_max> banks{{
    {"Hafenbank", "HAFBDEH0XXX", "DE"},     {"Banque du Lac", "BLACLUL0XXX", "LU"},  {"Kestrel Pay", "KSTLNLA0XXX", "NL"},   {"Fjordbanken", "FJRDNOO0XXX", "NO"},
    {"Banco Tejo", "BTEJPTP0XXX", "PT"},    {"Alpenkasse", "ALPKATW0XXX", "AT"},     {"Cassa Ligure", "CLIGITG0XXX", "IT"},  {"Isla Credit", "ISLCESM0XXX", "ES"},
    {"Baltic Trust", "BLTTEEH0XXX", "EE"},  {"Wisla Bank", "WISLPLP0XXX", "PL"},     {"Moravska", "MORACZB0XXX", "CZ"},      {"Duna Bank", "DUNAHUB0XXX", "HU"},
    {"Aegean Pay", "AEGPGRA0XXX", "GR"},    {"Shannon Union", "SHANIED0XXX", "IE"},  {"Helvetia Zahl", "HELZCHZ0XXX", "CH"}, {"Saimaa", "SAIMFIH0XXX", "FI"},
}};

struct StoryAccount {
    const char* node;
    const char* account;
    const char* holder;
    const char* currency;
    std::int64_t posted_minor;
};
constexpr std::array<StoryAccount, 5> story{{
    {"A", "DE37900000010000471108", "Mara Lindholm", "EUR", 248000},
    {"B", "LU289990000000471200", "Velo Atelier", "EUR", 31075},
    {"B", "LU449990000000471300", "Sakura Import", "JPY", 1250000},
    {"C", "NL36KSTL0000471300", "Kestrel Pay fees", "EUR", 0},
    {"C", "NL52KSTL0000471400", "Al Noor", "KWD", 812450},
}};

constexpr std::int64_t bench_balance_minor = 100'000'000;

std::string participant_name(int index) { return std::string(1, static_cast<char>('A' + index)); }

// ISO 13616: check digits such that the rearranged number is 1 modulo 97.
std::string iban(const std::string& country, const std::string& bban) {
    const std::string text = bban + country + "00";
    int rest = 0;
    for (char c : text) {
        const int value = c >= 'A' ? c - 'A' + 10 : c - '0';
        rest = (value >= 10 ? rest * 100 + value : rest * 10 + value) % 97;
    }
    const int check = 98 - rest;
    return country + (check < 10 ? "0" : "") + std::to_string(check) + bban;
}

}  // namespace

base::Result<> validate(const ClusterOptions& options) {
    if (options.data_directory.empty()) return base::invalid_argument("data: name a directory for the cluster's files");
    if (options.participants && (*options.participants < 1 || *options.participants > base::limits::participants_max))
        return base::invalid_argument("participants: from 1 to " + std::to_string(base::limits::participants_max));
    if (options.name.empty() || options.name.size() > base::limits::text_bytes_max || !base::valid_utf8(options.name))
        return base::invalid_argument("name: 1 to " + std::to_string(base::limits::text_bytes_max) + " bytes of UTF-8");
    const std::array<std::string_view, 4> environments{"sandbox", "drill", "test", "production"};
    if (std::find(environments.begin(), environments.end(), options.environment) == environments.end())
        return base::invalid_argument("environment: '" + options.environment + "' is not sandbox, drill, test or production");
    auto protocol = commit::find_protocol(options.protocol.name);
    if (!protocol) return base::invalid_argument("protocol: " + protocol.error().message);
    if (!(*protocol)->payments) return base::invalid_argument("protocol: '" + options.protocol.name + "' is a counter-example for lessons and never carries a payment");
    if (options.faults && (*options.faults < 0 || *options.faults > faults_max))
        return base::invalid_argument("faults: from 0 to " + std::to_string(faults_max));
    if (options.prepare_timeout_ms < 1) return base::invalid_argument("prepare timeout: at least 1 ms");
    if (options.bench_accounts > 10'000'000) return base::invalid_argument("bench accounts: at most 10,000,000 per participant");
    return base::Ok{};
}

events::ClusterShape make_shape(const ClusterOptions& options, int participants, int faults) {
    events::ClusterShape shape;
    shape.name = options.name;
    shape.environment = options.environment;
    shape.coordinator = base::NodeId::of("T");
    shape.protocol = options.protocol;
    shape.members.push_back({shape.coordinator, "Coordinator", ""});
    for (int i = 0; i < participants; ++i) {
        const Bank& bank = banks[static_cast<std::size_t>(i)];
        shape.members.push_back({base::NodeId::of(participant_name(i)), bank.title, bank.bic});
    }
    for (int i = 2; i <= 2 * faults + 1; ++i)
        shape.members.push_back({base::NodeId::of("T" + std::to_string(i)), "Manager " + std::to_string(i), "", events::ClusterShape::manager});
    return shape;
}

std::vector<events::AccountLine> first_accounts(const ClusterOptions& options, base::NodeId participant) {
    std::vector<events::AccountLine> lines;
    const std::string name = participant.name();
    const int index = name[0] - 'A';
    if (options.story_accounts) {
        for (const auto& entry : story)
            if (name == entry.node) lines.push_back({entry.account, entry.holder, base::Currency::of(entry.currency), entry.posted_minor, -1});
        if (index >= 3) {
            const Bank& bank = banks[static_cast<std::size_t>(index)];
            const std::string number = "90000000004" + std::to_string(71500 + index * 100);
            lines.push_back({iban(bank.country, number), std::string(bank.title) + " customers", base::Currency::of("EUR"), 500000, -1});
        }
    }
    lines.reserve(lines.size() + options.bench_accounts);
    for (std::size_t i = 1; i <= options.bench_accounts; ++i) {
        std::string number = std::to_string(i);
        if (number.size() < 6) number.insert(0, 6 - number.size(), '0');
        lines.push_back({name + "-" + number, "Load " + number, base::Currency::of("EUR"), bench_balance_minor, -1});
    }
    return lines;
}

}  // namespace indoubt::cluster
