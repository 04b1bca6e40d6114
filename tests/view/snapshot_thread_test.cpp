// SPDX-License-Identifier: GPL-3.0-or-later
// One thread writes, others read what they were handed: the story that event_store.h and view.h promise to the console's workers.
#include <atomic>
#include <mutex>
#include <thread>

#include "support/test_main.h"
#include "view/filter.h"
#include "view/history.h"
#include "view/script.h"

using namespace indoubt;
using namespace indoubt::tests;

class SnapshotThreadTest : public QObject {
    Q_OBJECT
  private slots:
    void readers_see_frozen_snapshots_while_the_writer_goes_on() {
        Script script;
        for (std::uint64_t i = 1; i <= 400; ++i) script.commit(script.xid(i), script.payment("INV-" + std::to_string(i), 100 + static_cast<std::int64_t>(i)));
        std::vector<Event> log = script.log;
        for (std::size_t i = 100; i + 40 < log.size(); i += 97) std::swap(log[i], log[i + 37]);  // some come late

        std::mutex mutex;
        view::History shared(512);
        std::atomic<bool> done{false};
        std::atomic<std::uint64_t> looks{0}, wrong{0};
        const auto reader = [&] {
            const auto filter = *view::Filter::parse("kind:append node:B ref:INV-1*");
            while (!done) {
                view::History mine;
                {
                    const std::lock_guard lock(mutex);
                    mine = shared;
                }
                const auto& rows = mine.events();
                std::size_t seen = 0;
                std::int64_t last = 0;
                rows.scan(0, rows.size(), [&](std::size_t, view::RowId id, const view::EventRow& row) {
                    if (row.hlc < last || rows.event(id).hlc != row.hlc) ++wrong;
                    last = row.hlc;
                    ++seen;
                    return true;
                });
                if (seen != rows.size()) ++wrong;
                const view::View past = mine.at(rows.size() / 2);
                if (past.folded() < rows.size() / 2) ++wrong;
                view::EventMatcher matcher(filter, rows, {&mine.now(), mine.now().last_hlc(), 0, "", nullptr});
                matcher.find(0, rows.size(), 100);
                ++looks;
            }
        };
        std::thread one(reader), two(reader);
        std::size_t at = 0;
        while (at < log.size() || looks < 6) {
            const std::lock_guard lock(mutex);
            for (int n = 0; n < 200 && at < log.size(); ++n) shared.append(log[at++]);
        }
        done = true;
        one.join();
        two.join();
        QCOMPARE(wrong.load(), std::uint64_t{0});
        QCOMPARE(shared.size(), log.size());
        QCOMPARE(shared.now().size(), std::size_t(400));
    }
};

INDOUBT_TEST(SnapshotThreadTest);
#include "snapshot_thread_test.moc"
