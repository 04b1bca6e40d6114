// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/finished.h"

#include <set>

#include "base/prng.h"
#include "runtime/digest.h"
#include "runtime/keys.h"
#include "support/test_main.h"

using namespace indoubt;
using events::Knowledge;
using runtime::FinishedXids;
using runtime::KeyTable;

class FinishedTest : public QObject {
    Q_OBJECT
  private slots:
    void agrees_with_a_plain_set_under_random_operations() {
        for (std::uint64_t seed = 1; seed <= 50; ++seed) {
            base::Prng random(seed);
            FinishedXids finished;
            std::set<std::uint64_t> plain;
            std::uint64_t low = 0;
            const base::NodeId t = base::NodeId::of("T");
            for (int i = 0; i < 400; ++i) {
                const std::uint64_t n = random.below(200);
                if (random.chance(900)) {
                    finished.finish({t, 1, n});
                    plain.insert(n);
                } else {
                    low = std::max(low, n / 2);
                    finished.low_water(t, 1, n / 2);
                }
                const std::uint64_t probe = random.below(210);
                QCOMPARE(finished.contains({t, 1, probe}), probe < low || plain.contains(probe));
                QVERIFY(!finished.contains({t, 2, probe}));
            }
            FinishedXids restored;
            for (const auto& record : finished.records()) restored.restore(*record);
            QVERIFY(restored == finished);
            QCOMPARE(restored.hash(), finished.hash());
        }
    }

    void outcomes_are_kept_above_the_mark_and_within_the_bound() {
        const base::NodeId t = base::NodeId::of("T");
        FinishedXids finished;
        finished.finish({t, 1, 7}, Knowledge::committed);
        finished.finish({t, 1, 5}, Knowledge::aborted);
        finished.finish({t, 1, 6});
        finished.finish({t, 1, 8}, Knowledge::refused, events::Heuristic::rollback);
        QCOMPARE(finished.knowledge({t, 1, 7}), Knowledge::committed);
        QCOMPARE(finished.knowledge({t, 1, 5}), Knowledge::aborted);
        QCOMPARE(finished.knowledge({t, 1, 6}), Knowledge::unknown);
        QCOMPARE(finished.knowledge({t, 2, 7}), Knowledge::unknown);
        finished.low_water(t, 1, 7);
        QCOMPARE(finished.knowledge({t, 1, 5}), Knowledge::unknown);
        QCOMPARE(finished.knowledge({t, 1, 7}), Knowledge::committed);
        FinishedXids restored;
        for (const auto& record : finished.records()) restored.restore(*record);
        QVERIFY(restored == finished);
        finished.low_water(t, 1, 20);
        QCOMPARE(finished.heuristic({t, 1, 8}), events::Heuristic::rollback);  // whoever lost its END asks again

        for (std::uint64_t n = 100; n < 100 + 2 * FinishedXids::outcomes_max; ++n) finished.finish({t, 1, n}, Knowledge::committed);
        QCOMPARE(finished.knowledge({t, 1, 100}), Knowledge::unknown);
        QCOMPARE(finished.knowledge({t, 1, 99 + 2 * FinishedXids::outcomes_max}), Knowledge::committed);
        finished.finish({t, 1, base::xid_counter_max}, Knowledge::aborted);  // a leap allocates nothing
        QCOMPARE(finished.knowledge({t, 1, base::xid_counter_max}), Knowledge::aborted);
        std::size_t bytes = 0;
        for (const auto& record : finished.records()) bytes += record->bytes.size();
        QVERIFY(bytes < 100);
    }

    void the_cluster_of_an_xid_survives_a_snapshot() {
        const base::Xid xid{base::NodeId::of("T"), 3, 8, 0xfedcba98u};
        FinishedXids finished;
        finished.finish(xid, Knowledge::aborted, events::Heuristic::rollback);
        FinishedXids restored;
        for (const auto& record : finished.records()) restored.restore(*record);
        QVERIFY(restored == finished);
        QCOMPARE(restored.heuristic(xid), events::Heuristic::rollback);
        QCOMPARE(restored.knowledge(xid), Knowledge::aborted);
        KeyTable table, again;
        table.put(runtime::key_digest("INV-1"), {xid, 1000, {7, 9}});
        for (const auto& record : table.records()) QVERIFY(again.restore(*record));
        QVERIFY(again.find(runtime::key_digest("INV-1"))->xid == xid);
    }

    void keys_survive_packing_and_old_ones_expire() {
        KeyTable table;
        for (int i = 0; i < 40000; ++i)
            table.put(runtime::key_digest("key" + std::to_string(i)), {{base::NodeId::of("T"), 3, static_cast<std::uint64_t>(i)}, 1000 + i, {7, 9}});
        KeyTable restored;
        QVERIFY(table.records().size() > 1);
        for (const auto& record : table.records()) QVERIFY(restored.restore(*record));
        QVERIFY(restored == table);
        restored.expire(1500);
        QCOMPARE(restored.size(), std::size_t{39500});
        QCOMPARE(restored.find(runtime::key_digest("key700"))->xid.counter, std::uint64_t{700});
        QVERIFY(!restored.find(runtime::key_digest("key3")));
        events::Record foreign;
        foreign.bytes = "not ours";
        QVERIFY(!restored.restore(foreign));
    }

    // As programs before the payment's digest wrote them: 48 bytes each, under a digest of their own.
    void keys_of_an_older_snapshot_are_still_found() {
        const auto digest = base::digest128("INV-OLD");
        events::Record old;
        for (const std::uint64_t word : {digest.high, digest.low, base::NodeId::of("T").packed(), std::uint64_t{2}, std::uint64_t{41}, std::uint64_t{1500}})
            for (int i = 0; i < 8; ++i) old.bytes.push_back(static_cast<char>(word >> (8 * i) & 0xff));
        KeyTable table;
        QVERIFY(table.restore(old));
        QVERIFY(!table.find(runtime::key_digest("INV-OLD")));
        QCOMPARE(table.find_old("INV-OLD")->xid.counter, std::uint64_t{41});
        KeyTable again;
        for (const auto& record : table.records()) QVERIFY(again.restore(*record));
        QVERIFY(again == table);
        again.expire(1501);
        QVERIFY(!again.find_old("INV-OLD"));
    }
};

INDOUBT_TEST(FinishedTest);
#include "finished_test.moc"
