// SPDX-License-Identifier: GPL-3.0-or-later
// Random values of the event schema, every kind and every field, for property tests.
#pragma once
#include "base/prng.h"
#include "events/event.h"

namespace indoubt::tests {

class RandomEvents {
  public:
    explicit RandomEvents(std::uint64_t seed) : m_random(seed) {}
    events::Event event();                                       // any kind, any payload
    events::Event event(events::EventKind kind);
    events::Message message();
    events::Record record();
    events::Record record(events::RecordKind kind);
    events::Note note();
    events::Payment payment();
    events::Envelope envelope();
    base::Prng& random() { return m_random; }

  private:
    bool maybe() { return m_random.chance(500); }
    std::string text(std::size_t most);
    std::int64_t number();
    base::NodeId node();
    base::NodeId maybe_node() { return maybe() ? node() : base::NodeId{}; }
    base::Currency currency();
    base::Xid xid();
    base::Xid maybe_xid() { return maybe() ? xid() : base::Xid{}; }
    base::Amount amount();
    events::Party party();
    events::ProtocolChoice protocol();
    std::vector<events::Enrolled> enrolled();
    events::PaymentPtr maybe_payment();
    std::shared_ptr<const events::OperatorNote> maybe_order();
    template <class E>
    E pick(int least, int most) { return static_cast<E>(m_random.between(least, most)); }

    base::Prng m_random;
};

}  // namespace indoubt::tests
