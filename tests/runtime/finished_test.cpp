// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/finished.h"

#include <set>

#include "base/prng.h"
#include "support/test_main.h"

using namespace indoubt;
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

    void keys_survive_packing_and_old_ones_are_dropped() {
        KeyTable table;
        for (int i = 0; i < 1000; ++i)
            table.put(base::digest128("key" + std::to_string(i)), {{base::NodeId::of("T"), 3, static_cast<std::uint64_t>(i)}, 1000 + i});
        KeyTable restored;
        QVERIFY(restored.restore(table.bytes(), 1500));
        QCOMPARE(restored.size(), std::size_t{500});
        QCOMPARE(restored.find(base::digest128("key700"))->xid.counter, std::uint64_t{700});
        QVERIFY(!restored.find(base::digest128("key3")));
        QVERIFY(!restored.restore("not ours", 0) || std::string("not ours").size() % 48 == 0);
    }
};

INDOUBT_TEST(FinishedTest);
#include "finished_test.moc"
