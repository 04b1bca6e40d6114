// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=bench timeout=900 serial
// How long a cluster needs to be back after a million transactions, from files to the first answer. The databases are written
// record by record as the nodes would have, with the snapshot that the core itself makes of them, and the longest tail.
#include <condition_variable>
#include <thread>

#include "runtime/core.h"
#include "storage/sqlite_log.h"
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using events::Record;
using events::RecordKind;

namespace {

constexpr std::uint64_t transactions = 1'000'000;
constexpr std::size_t accounts_each = 100'000;

std::int64_t now_ns() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

// One node's log, as its driver would have written it.
class NodeHistory {
  public:
    NodeHistory(const cluster::ClusterOptions& options, NodeId self) : m_began_ns(now_ns()) {
        m_config.self = self;
        m_config.shape = std::make_shared<const events::ClusterShape>(cluster::make_shape(options, 3));
        storage::LogOptions log_options;
        log_options.node = self.name();
        log_options.synchronous_full = false;  // only while it is built
        storage::LogCallbacks callbacks;
        callbacks.synced = [this](const storage::SyncDone& done) {
            std::lock_guard lock(m_mutex);
            m_synced = done.lsn;
            m_changed.notify_one();
        };
        auto opened = storage::SqliteLog::open((options.data_directory / (self.name() + ".db")).string(), log_options, std::move(callbacks));
        if (opened.ok()) m_log = std::move(opened->log);
    }

    bool write(std::vector<events::AccountLine> lines) {
        if (!m_log) return false;
        Record shape;
        shape.kind = RecordKind::shape;
        shape.shape = m_config.shape;
        append(std::move(shape));
        Record start;
        start.kind = RecordKind::incarnation;
        start.incarnation = 1;
        append(std::move(start));
        for (std::size_t at = 0; at < lines.size(); at += 500) {
            Record record;
            record.kind = RecordKind::account;
            record.accounts.assign(lines.begin() + static_cast<std::ptrdiff_t>(at), lines.begin() + static_cast<std::ptrdiff_t>(std::min(at + 500, lines.size())));
            append(std::move(record));
        }
        for (std::uint64_t number = 1; number <= transactions; ++number) m_config.is_coordinator() ? coordinate(number) : take_part(number);
        m_log->close();
        return m_good;
    }

  private:
    static std::string account(NodeId node, std::uint64_t number) { return node.name() + "-" + std::to_string(100000 + number * 7919 % accounts_each); }
    events::Payment payment(std::uint64_t number) const {
        using namespace events;
        auto made = tests::story_payment("M-" + std::to_string(number), 100, 1);
        made.debtor.account = account(NodeId::of("A"), number);
        made.creditor.account = account(NodeId::of("B"), number);
        for (auto& leg : made.legs) leg.account = account(leg.node, number);
        return made;
    }
    Record record(RecordKind kind, std::uint64_t number, bool forced) const {
        Record made;
        made.kind = kind;
        made.forced = forced;
        made.coordinator = m_config.is_coordinator();
        made.xid = {NodeId::of("T"), 1, number};
        made.protocol = m_config.shape->protocol;
        made.at_ns = m_began_ns;
        return made;
    }
    void with_payment(Record& made, events::Payment whole) const {
        for (const auto& leg : whole.legs) made.enrolled.push_back({leg.node, true, 1});
        made.idempotency_key = whole.idempotency_key;
        made.payment = std::make_shared<const events::Payment>(made.coordinator ? std::move(whole) : events::branch_of(whole, m_config.self));
    }
    void coordinate(std::uint64_t number) {
        Record begin = record(RecordKind::begin, number, false), decision = record(RecordKind::decision, number, true);
        with_payment(begin, payment(number));
        decision.idempotency_key = begin.idempotency_key;
        decision.enrolled = begin.enrolled;
        decision.outcome = events::Outcome::commit;
        append(std::move(begin));
        append(std::move(decision));
        append(record(RecordKind::end, number, false));
    }
    void take_part(std::uint64_t number) {
        Record prepared = record(RecordKind::prepared, number, true), decision = record(RecordKind::decision, number, true);
        with_payment(prepared, payment(number));
        prepared.low_water = number;
        decision.outcome = events::Outcome::commit;
        append(std::move(prepared));
        append(std::move(decision));
    }
    void append(Record&& made) {
        auto event = std::make_shared<events::Event>();
        event->node = m_config.self;
        event->incarnation = 1;
        event->seq = event->lsn = ++m_lsn;
        event->hlc = event->at_ns = m_began_ns + static_cast<std::int64_t>(m_lsn) * 1000;
        event->kind = events::EventKind::append;
        event->durable = made.forced;
        event->xid = made.xid;
        event->payload = std::make_shared<const Record>(std::move(made));
        m_log->append(event, event->durable);
        m_since.tail.push_back(std::move(event));
        if (m_since.tail.size() >= base::limits::snapshot_records) take_snapshot();
        if (m_lsn % 2000 == 0) {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [&] { return m_synced + 20'000 >= m_lsn; });
        }
    }
    // What the core makes of all records so far.
    void take_snapshot() {
        m_since.last_lsn = m_lsn;
        runtime::Outputs outputs;
        auto core = runtime::Core::recover(m_config, m_since, 1, outputs);
        m_good = m_good && core.ok();
        if (!core.ok()) return;
        ports::Recovered next;
        next.snapshot = core->snapshot();
        next.snapshot_lsn = m_lsn;
        m_log->snapshot(m_lsn, next.snapshot);
        while (m_log->stats().snapshot_lsn != m_lsn && !m_log->stats().failed) std::this_thread::sleep_for(std::chrono::milliseconds(5));  // a node is not as fast
        m_since = std::move(next);
    }

    runtime::CoreConfig m_config;
    const std::int64_t m_began_ns;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_synced = 0, m_lsn = 0;
    ports::Recovered m_since;
    bool m_good = true;
    std::unique_ptr<storage::SqliteLog> m_log;
};

}  // namespace

class RestartBenchTest : public QObject {
    Q_OBJECT

    tests::LiveCluster live;

  private slots:
    void initTestCase() {  // a test function may take five minutes: the writing is one of its own
        auto options = live.options();
        std::filesystem::create_directories(options.data_directory);
        std::filesystem::permissions(options.data_directory, std::filesystem::perms::owner_all);
        QElapsedTimer timer;
        timer.start();
        std::atomic<int> good{0};
        std::vector<std::thread> nodes;
        for (const char* name : {"T", "A", "B", "C"})
            nodes.emplace_back([&options, &good, name] {
                std::vector<events::AccountLine> lines;
                const NodeId self = NodeId::of(name);
                if (self != NodeId::of("T")) {
                    lines = cluster::first_accounts(options, self);
                    for (std::size_t i = 0; i < accounts_each; ++i)
                        lines.push_back({self.name() + "-" + std::to_string(100000 + i), "Holder " + std::to_string(i), base::Currency::of("EUR"), 100'000'000, -1});
                }
                NodeHistory history(options, self);
                if (history.write(std::move(lines))) ++good;
            });
        for (auto& node : nodes) node.join();
        QCOMPARE(good.load(), 4);
        qInfo("built four logs of %llu transactions in %.0f s", static_cast<unsigned long long>(transactions), static_cast<double>(timer.elapsed()) / 1000);
    }

    void a_cluster_is_back_within_two_seconds_after_a_million_transactions() {
        const auto options = live.options();
        QElapsedTimer timer;
        timer.start();
        auto started = live.start(options);
        const double up_s = static_cast<double>(timer.nsecsElapsed()) / 1e9;
        QVERIFY2(started.ok(), started.ok() ? "" : started.error().message.c_str());
        auto paid = live.client().submit(tests::story_payment("FIRST-OF-TODAY"), std::nullopt, client::Wait::applied);
        const double paid_s = static_cast<double>(timer.nsecsElapsed()) / 1e9;
        QVERIFY(paid.ok());
        QCOMPARE(paid->outcome, events::Outcome::commit);
        qInfo("back after 1 M transactions: %.2f s from its files to its service, %.2f s to a payment applied at all four", up_s, paid_s);

        auto again = live.client().submit(tests::story_payment("M-500000", 100, 1), std::nullopt, client::Wait::applied);
        QVERIFY(!again.ok() || again->duplicate);  // its key is still known
        timer.restart();
        base::Result<base::Xid> found = base::unavailable("not asked");
        while (!(found = live.client().resolve_reference("E2E-M-500000")).ok() && timer.elapsed() < 120'000) QTest::qWait(100);
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().message.c_str());
        qInfo("a payment of long ago found %.2f s later (indexes that were behind included)", static_cast<double>(timer.elapsed()) / 1000);
        timer.restart();
        QVERIFY(live.client().resolve_reference("E2E-M-400000").ok());
        QVERIFY(live.client().show(found.value()).value()->state == view::PaymentState::committed);
        qInfo("and the next one in %.1f ms", static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QVERIFY2(up_s < 2.0, qPrintable(QString::number(up_s)));
    }
};

INDOUBT_TEST(RestartBenchTest);
#include "restart_bench_test.moc"
