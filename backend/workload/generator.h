// SPDX-License-Identifier: GPL-3.0-or-later
// Payments that nobody wrote by hand. Both generators are values, deterministic: the same shape, seed and run give the same payments on
// every machine. `run` tells two runs against the same cluster apart (it is part of every idempotency key). Not thread-safe.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/prng.h"
#include "events/payment.h"
#include "events/record.h"

namespace indoubt::workload {

using AccountsAt = std::pair<base::NodeId, std::vector<events::AccountLine>>;

// A morning in a small payment system: named customers buy, pay rent and wages and settle invoices at named shops; a few per cent fail
// for want of money or a limit; most are euro, some yen and dinar. Where there are three participants or more, a third one takes a fee.
class MorningTraffic {
  public:
    MorningTraffic(const events::ClusterShape& shape, std::uint64_t seed, std::string run);
    std::vector<AccountsAt> accounts() const;   // open these first
    events::Payment next(std::int64_t now_ns);  // now: for due times only

  private:
    struct Actor {
        base::NodeId node;
        std::string name, account, bic;
        events::Currency currency;
        std::int64_t opening_minor = 0, limit_minor = -1;
        bool shop = false;
    };
    void add_actor(std::size_t member, const std::string& name, const char* currency, std::int64_t opening_minor, bool shop,
                   std::int64_t limit_minor = -1);
    const Actor& choose(bool shop, events::Currency currency, const Actor* other);
    std::string uetr();

    std::vector<events::ClusterShape::Member> m_members;  // participants
    std::vector<Actor> m_actors;
    std::vector<Actor> m_fee_takers;  // one per participant
    base::Prng m_prng;
    std::string m_run;
    std::uint64_t m_count = 0;
};

// Uniform random transfers for measuring: each takes from one account and gives to one account at every other participant (with one
// participant: to another account there), so that all N take part and all update.
class BenchTransfers {
  public:
    BenchTransfers(std::vector<base::NodeId> participants, std::uint32_t accounts_each, std::uint64_t seed, std::string run);
    // Accounts [first, first + count) of a participant.
    std::vector<events::AccountLine> accounts(base::NodeId node, std::uint32_t first, std::uint32_t count) const;
    std::uint32_t accounts_each() const { return m_accounts_each; }
    std::int64_t opening_minor() const;
    events::Payment next();

  private:
    std::string account(base::NodeId node, std::uint32_t number) const;
    std::vector<base::NodeId> m_participants;
    std::uint32_t m_accounts_each;
    base::Prng m_prng;
    std::string m_run;
    std::uint64_t m_count = 0;
};

// An IBAN with right check digits (ISO 13616, mod 97) for a country code and the rest of the number.
std::string make_iban(const std::string& country, const std::string& rest);

}  // namespace indoubt::workload
