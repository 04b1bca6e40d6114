// SPDX-License-Identifier: GPL-3.0-or-later
// A host of nodes that only pretends: its hub is real and fed by hand, its nodes answer as they are told to.
#pragma once
#include <atomic>
#include <map>
#include <mutex>

#include "operator/host.h"

namespace indoubt::tests {

using base::NodeId;
using base::Result;

class FakeHost : public operators::Host {
  public:
    FakeHost() : m_hub([this] { return m_now.load(); }), m_source(m_hub.add_source()) {
        m_facts.shape.coordinator = NodeId::of("T");
        for (const char* name : {"T", "A", "B", "C"}) {
            operators::NodeFacts facts;
            facts.node = NodeId::of(name);
            facts.state = "up";
            facts.coordinator = facts.node == m_facts.shape.coordinator;
            node_facts.push_back(facts);
        }
        m_hub.start();
    }

    std::vector<operators::NodeFacts> node_facts;
    std::map<NodeId, base::Error> cannot_send;  // an order to such a node does not leave
    std::map<NodeId, base::Error> refuses;      // such a node says no
    std::function<void()> while_reading;        // runs in records(), on the service's thread
    std::atomic<int> orders{0}, payments{0};
    int acts = 0;                               // what came through to a node, whatever it was

    // Folded when it returns. Hlc, node, incarnation and seq are filled in.
    void feed(std::vector<events::Event> events) {
        for (auto& event : events) {
            event.incarnation = 1;
            event.seq = ++m_seq;
            event.hlc = event.at_ns = m_now += 10;
        }
        m_source.busy();
        m_source.push(std::move(events));
        m_source.idle();
        m_now += 10;
        m_hub.catch_up();
    }

    const operators::ClusterFacts& facts() const override { return m_facts; }
    std::vector<operators::NodeFacts> nodes() const override { return node_facts; }
    operators::Hub& hub() override { return m_hub; }
    std::int64_t now_ns() const override { return m_now; }

    Result<> submit(events::PaymentPtr, std::optional<events::ProtocolChoice>, operators::ProgressCallback) override {
        ++payments;  // taken, and never decided
        return base::Ok{};
    }
    Result<> remark(NodeId, const base::Xid&, std::shared_ptr<const events::OperatorNote>, operators::AnswerCallback answer) override {
        ++acts;
        answer({});
        return base::Ok{};
    }
    Result<> order(NodeId node, runtime::OperatorOrder, operators::AnswerCallback answer) override {
        if (auto found = cannot_send.find(node); found != cannot_send.end()) return found->second;
        ++orders;
        ++acts;
        runtime::OutAnswer out;
        if (auto found = refuses.find(node); found != refuses.end()) {
            out.code = found->second.code;
            out.text = found->second.message;
        }
        answer(out);
        return base::Ok{};
    }
    Result<> open_accounts(NodeId, std::vector<events::AccountLine> lines, const events::OperatorNote&, operators::AnswerCallback answer) override {
        ++acts;
        runtime::OutAnswer out;
        out.text = std::to_string(lines.size());
        answer(out);
        return base::Ok{};
    }
    void keep_trace(const base::Xid&) override {}
    Result<operators::NodeFacts> control(NodeId, operators::NodeAction, const events::OperatorNote&) override { return ++acts, none(); }
    Result<operators::FaultFacts> add_fault(const std::string&, const events::OperatorNote&) override { return ++acts, none(); }
    std::vector<operators::FaultFacts> faults() const override { return {}; }
    Result<std::size_t> clear_faults(std::optional<std::uint64_t>, const events::OperatorNote&) override { return ++acts, none(); }
    Result<Records> records(NodeId node, std::uint64_t from_lsn, std::size_t most) override {
        if (while_reading) while_reading();
        Records records;
        records.last_lsn = record_count;
        for (std::uint64_t lsn = from_lsn; lsn <= record_count && records.events.size() < most; ++lsn) {
            auto record = std::make_shared<events::Record>();
            record->kind = events::RecordKind::counters;
            record->text = std::string(record_bytes, 'x');
            events::Event event;
            event.node = node;
            event.incarnation = 1;
            event.seq = event.lsn = lsn;
            event.hlc = event.at_ns = static_cast<std::int64_t>(lsn);
            event.kind = events::EventKind::append;
            event.payload = events::RecordPtr(std::move(record));
            records.events.push_back(std::move(event));
        }
        return records;
    }
    // Its logs know nothing beyond the view.
    Past past_payment(const base::Xid&, bool) override { return {}; }
    PastPayments find_past(const std::string&, std::size_t, bool) override { return {}; }
    PastPayments newest_past(const base::Xid&, std::size_t) override { return {}; }
    Past past_account(NodeId, const std::string&, std::size_t) override { return {}; }
    std::uint64_t record_count = 0;
    std::size_t record_bytes = 100;

  private:
    static base::Error none() { return {base::ErrorCode::unimplemented, "not in this test"}; }
    std::atomic<std::int64_t> m_now{1'700'000'000'000'000'000};
    std::uint64_t m_seq = 0;
    operators::ClusterFacts m_facts;
    operators::Hub m_hub;
    operators::HubSource& m_source;
};

// A payment of 1.00 EUR from A to B, in doubt at both; `number` is its counter.
inline std::vector<events::Event> in_doubt(std::uint64_t number, const std::string& reference) {
    using namespace events;
    const Currency eur = Currency::of("EUR");
    auto whole = std::make_shared<Payment>();
    whole->idempotency_key = whole->refs.reference = reference;
    whole->debtor = {"Mara Lindholm", "A-1", ""};
    whole->creditor = {"Velo Atelier", "B-1", ""};
    whole->amount = {100, eur};
    whole->legs = {{NodeId::of("A"), LegKind::debit, "A-1", {100, eur}}, {NodeId::of("B"), LegKind::credit, "B-1", {100, eur}}};
    const base::Xid xid{NodeId::of("T"), 1, number};
    const std::vector<Enrolled> enrolled{{NodeId::of("A"), true, 1}, {NodeId::of("B"), true, 1}};
    std::vector<Event> list;
    for (const char* name : {"T", "A", "B"}) {
        auto record = std::make_shared<Record>();
        const NodeId node = NodeId::of(name);
        record->coordinator = node == xid.coordinator;
        record->kind = record->coordinator ? RecordKind::begin : RecordKind::prepared;
        record->xid = xid;
        record->enrolled = enrolled;
        record->protocol = {"2pc-pa", false};
        record->payment = record->coordinator ? whole : std::make_shared<Payment>(branch_of(*whole, node));
        Event event;
        event.node = node;
        event.lsn = number;
        event.kind = EventKind::append;
        event.xid = xid;
        event.payload = RecordPtr(std::move(record));
        list.push_back(std::move(event));
    }
    return list;
}

}  // namespace indoubt::tests
