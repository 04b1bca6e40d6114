// SPDX-License-Identifier: GPL-3.0-or-later
// One incarnation by hand: what ends it, and who must not wait for it then.
#include "cluster/life.h"

#include <QTemporaryDir>
#include <future>

#include "cluster/options.h"
#include "storage/vfs_shim.h"
#include "support/test_main.h"

using namespace indoubt;
using namespace std::chrono_literals;
using base::NodeId;

namespace {

class OneLife {
  public:
    OneLife() : hub([this] { return clock.host_ns(); }), sampler(hub.add_source(), cluster::TraceLevel::all, [](const base::Xid&) {}) { hub.start(); }
    std::string path(const char* name) const { return (directory.path() + "/" + name).toStdString(); }
    // On a disk of `disk`, whose writes fail once the log is open.
    base::Result<std::unique_ptr<cluster::Life>> open_on(std::shared_ptr<storage::VfsShim> disk) { return open({}, "sandbox", std::move(disk)); }
    base::Result<std::unique_ptr<cluster::Life>> open(std::string listen = {}, const std::string& environment = "sandbox", std::shared_ptr<storage::VfsShim> failing = nullptr) {
        cluster::ClusterOptions options;
        options.environment = environment;
        cluster::LifeSettings settings{{}, path("A.db"), listen.empty() ? "unix:" + path("A.sock") : std::move(listen), std::string(64, 'a'), failing, clock, sampler, faults, {}, {}, {}};
        settings.core.self = NodeId::of("A");
        settings.core.shape = std::make_shared<const events::ClusterShape>(cluster::make_shape(options, 3));
        settings.ended = [this](base::Incarnation, const std::string&, bool) { over.set_value(); };
        settings.linked = [](NodeId) {};
        settings.log_line = [](const std::string&) {};
        const auto shape = settings.core.shape;
        auto life = cluster::Life::open(std::move(settings));
        if (!life) return life;
        if (failing) failing->set_write_fails(true);
        if (auto started = (*life)->start(shape); !started) return started.error();
        return life;
    }
    bool down() {
        hub.catch_up();
        return hub.with_view([](const view::View& view) {
            const auto* row = view.node(NodeId::of("A"));
            return row && row->state == view::NodeState::down;
        });
    }

    QTemporaryDir directory;
    cluster::HostClock clock;
    runtime::FaultBox faults;
    operators::Hub hub;
    cluster::Sampler sampler;
    std::promise<void> over;
};

}  // namespace

class LifeTest : public QObject {
    Q_OBJECT

  private slots:
    // Whoever orders a pause holds the lock that the cleaning up after a crash needs.
    void a_pause_or_resume_does_not_wait_for_a_loop_that_a_fault_has_ended() {
        OneLife one;
        one.faults.add(runtime::parse_fault("crash before receive ABORT at A").value());
        auto life = one.open();
        QVERIFY2(life.ok(), life.ok() ? "" : life.error().message.c_str());
        (*life)->go();
        auto message = std::make_shared<events::Message>();
        message->kind = events::MessageKind::abort;
        message->from = NodeId::of("T");
        message->to = NodeId::of("A");
        message->xid = {NodeId::of("T"), 1, 1};
        QVERIFY((*life)->post(events::Envelope{message, {}, 1, false}));
        QVERIFY(one.over.get_future().wait_for(5s) == std::future_status::ready);
        std::promise<bool> paused;
        auto waiting = paused.get_future();
        std::thread operator_thread([&] {
            const bool stands = (*life)->pause("suspended by Ana");
            const bool goes_on = (*life)->resume("resumed by Ana");
            paused.set_value(stands || goes_on);
        });
        const bool came_back = waiting.wait_for(5s) == std::future_status::ready;
        (*life)->finish("the test ends", false);  // frees whoever still waits
        operator_thread.join();
        QVERIFY(came_back);
        QVERIFY(!waiting.get());
    }

    void a_mailbox_that_is_full_turns_payments_away_and_nothing_that_must_not_be_lost() {
        OneLife one;
        auto life = one.open();
        QVERIFY(life.ok());
        (*life)->go();
        QVERIFY((*life)->pause("suspended by Ana"));
        const auto payment = std::make_shared<const events::Payment>();
        int failed = 0;
        const auto count = [&](const operators::Progress& progress) { failed += progress.stage == operators::Progress::Stage::failed; };
        constexpr std::size_t most = base::limits::mailbox_inputs_max;
        std::size_t taken = 0;
        auto turned_away = (*life)->submit(payment, std::nullopt, count);
        for (; turned_away.ok() && taken <= most; turned_away = (*life)->submit(payment, std::nullopt, count)) ++taken;
        QVERIFY2(taken <= most && taken > most - 10, qPrintable(QString::number(taken)));  // a sync may wait there too
        QVERIFY(!turned_away.ok());
        QCOMPARE(turned_away.error().code, base::ErrorCode::resource_exhausted);
        QVERIFY2(turned_away.error().message.find("node A") == 0 && turned_away.error().message.find("try again in a second") != std::string::npos,
                 turned_away.error().message.c_str());
        QVERIFY((*life)->order({}, [](const runtime::OutAnswer&) {}).ok());
        (*life)->finish("it is enough", false);
        QCOMPARE(failed, static_cast<int>(taken));  // whoever was taken in hears of the end
    }

    void a_node_that_cannot_listen_is_told_as_down() {
        OneLife one;
        auto refused = one.open("unix:" + one.path("no-such-directory") + "/A.sock");
        QVERIFY(!refused.ok());
        QVERIFY(one.down());
    }

    // Its crash is told, so its number is spent: also for a process that comes after and knows the files alone.
    void a_life_that_never_became_durable_leaves_its_number_to_nobody() {
        OneLife one;
        base::Incarnation told = 0;
        {
            auto life = one.open_on(std::make_shared<storage::VfsShim>());
            QVERIFY(life.ok());
            (*life)->go();
            QVERIFY(one.over.get_future().wait_for(5s) == std::future_status::ready);
            told = (*life)->incarnation();
            QVERIFY(one.down());
            QCOMPARE((*life)->log().stats().synced_lsn, std::uint64_t{0});
            QCOMPARE(one.hub.with_view([](const view::View& view) { return view.node(NodeId::of("A"))->incarnation; }), told);
        }
        auto next = one.open();
        QVERIFY(next.ok());
        QVERIFY2((*next)->incarnation() > told, std::to_string((*next)->incarnation()).c_str());
    }

    // A refusal leaves no trace in the log, or the next start in the wrong environment would find its own.
    void a_log_of_another_environment_is_refused_every_time() {
        OneLife one;
        auto first = one.open({}, "production");
        QVERIFY(first.ok());
        (*first)->go();
        (*first)->finish("the test ends", true);
        for (int i = 0; i < 2; ++i) {
            auto refused = one.open({}, "sandbox");
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().code, base::ErrorCode::failed_precondition);
            QVERIFY2(refused.error().message.find("--environment production") != std::string::npos, refused.error().message.c_str());
        }
        QVERIFY(one.open({}, "production").ok());
    }
};

INDOUBT_TEST(LifeTest);
#include "life_test.moc"
