// SPDX-License-Identifier: GPL-3.0-or-later
#include "log_support.h"

namespace indoubt::tests {

using namespace indoubt::events;

bool sample_forced(std::uint64_t lsn) { return lsn % 4 == 2 || lsn % 4 == 3; }

ports::AppendPtr sample_record(std::uint64_t lsn) {
    auto record = std::make_shared<Record>();
    record->kind = lsn % 4 == 1 ? RecordKind::begin : lsn % 4 == 2 ? RecordKind::prepared : lsn % 4 == 3 ? RecordKind::decision : RecordKind::end;
    record->forced = sample_forced(lsn);
    record->xid = {base::NodeId::of("T"), 1, lsn / 4 + 1};
    if (record->kind == RecordKind::begin || record->kind == RecordKind::prepared) {
        const base::Currency euro = base::Currency::of("EUR");
        auto payment = std::make_shared<Payment>();
        payment->idempotency_key = "bench-" + std::to_string(lsn);
        payment->refs.reference = "INV-2026-" + std::to_string(lsn);
        payment->refs.end_to_end_id = "E2E-" + std::to_string(lsn * 7919);
        payment->debtor = {"Anna Muster", "DE37900000000000" + std::to_string(100000 + lsn % 100000), "INDODEFFXXX"};
        payment->creditor = {"Bernd Beispiel", "FR76300000000000" + std::to_string(100000 + lsn % 99991), "INDOFRPPXXX"};
        payment->amount = {static_cast<std::int64_t>(lsn % 100000 + 1), euro};
        payment->legs = {{base::NodeId::of("A"), LegKind::debit, payment->debtor.account, payment->amount},
                         {base::NodeId::of("B"), LegKind::credit, payment->creditor.account, payment->amount}};
        record->payment = std::move(payment);
        record->enrolled = {{base::NodeId::of("A"), true, 1}, {base::NodeId::of("B"), true, 1}};
    }
    if (record->kind == RecordKind::decision) {
        record->outcome = Outcome::commit;
        record->idempotency_key = "bench-" + std::to_string(lsn);
    }
    auto event = std::make_shared<Event>();
    event->node = base::NodeId::of("A");
    event->incarnation = 1;
    event->seq = lsn * 9;
    event->lsn = lsn;
    event->at_ns = event->hlc = 1'790'000'000'000'000'000 + static_cast<std::int64_t>(lsn) * 12345;
    event->kind = EventKind::append;
    event->durable = record->forced;
    event->xid = record->xid;
    event->causes = {{base::NodeId::of("T"), 1, lsn * 5}};
    event->payload = RecordPtr(std::move(record));
    return event;
}

WaitedLog::WaitedLog(const std::string& path, storage::LogOptions options) {
    if (options.node.empty()) options.node = "A";
    storage::LogCallbacks callbacks;
    callbacks.synced = [this](const storage::SyncDone& done) {
        std::lock_guard lock(m_mutex);
        m_syncs.push_back(done);
        m_changed.notify_all();
    };
    callbacks.failed = [this](const base::Error& error) {
        std::lock_guard lock(m_mutex);
        m_failure = error;
        m_changed.notify_all();
    };
    auto opened = storage::SqliteLog::open(path, std::move(options), std::move(callbacks));
    if (!opened.ok()) {
        m_error = opened.error();
        return;
    }
    m_recovered = std::move(opened->recovered);
    m_remarks = std::move(opened->remarks);
    m_next_lsn = m_recovered.last_lsn + 1;
    m_log = std::move(opened->log);
}

void WaitedLog::append_samples(std::uint64_t last_lsn) {
    for (; m_next_lsn <= last_lsn; ++m_next_lsn) m_log->append(sample_record(m_next_lsn), sample_forced(m_next_lsn));
}

bool WaitedLog::wait_synced(std::uint64_t lsn, int most_ms) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, std::chrono::milliseconds(most_ms), [&] { return !m_syncs.empty() && m_syncs.back().lsn >= lsn; });
}

bool WaitedLog::wait_failed(int most_ms) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, std::chrono::milliseconds(most_ms), [&] { return m_failure.has_value(); });
}

std::uint64_t WaitedLog::synced_lsn() {
    std::lock_guard lock(m_mutex);
    return m_syncs.empty() ? 0 : m_syncs.back().lsn;
}

std::vector<storage::SyncDone> WaitedLog::syncs() {
    std::lock_guard lock(m_mutex);
    return m_syncs;
}

std::optional<base::Error> WaitedLog::failure() {
    std::lock_guard lock(m_mutex);
    return m_failure;
}

}  // namespace indoubt::tests
