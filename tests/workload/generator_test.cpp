// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <set>

#include "support/test_main.h"
#include "workload/fake_cluster.h"
#include "workload/generator.h"
#include "workload/text.h"
#include "workload/traffic_run.h"

using namespace indoubt;
using namespace indoubt::tests;
using namespace indoubt::workload;

class GeneratorTest : public QObject {
    Q_OBJECT
  private slots:
    void every_generated_payment_is_a_valid_one_of_known_accounts() {
        MorningTraffic traffic(FakeCluster::shape(), 7, "r1");
        std::map<std::pair<base::NodeId, std::string>, base::Currency> known;
        for (const auto& [node, lines] : traffic.accounts())
            for (const auto& line : lines) known[{node, line.account}] = line.currency;
        std::set<std::string> keys, currencies;
        std::map<std::size_t, int> participants;
        for (int i = 0; i < 3000; ++i) {
            const auto payment = traffic.next(0);
            const auto valid = events::validate(payment);
            QVERIFY2(valid.ok(), valid.ok() ? "" : valid.error().message.c_str());
            std::set<base::NodeId> nodes;
            for (const auto& leg : payment.legs) {
                nodes.insert(leg.node);
                const auto found = known.find({leg.node, leg.account});
                QVERIFY2(found != known.end(), leg.account.c_str());
                QVERIFY(found->second == leg.amount.currency);
            }
            ++participants[nodes.size()];
            keys.insert(payment.idempotency_key);
            currencies.insert(payment.amount.currency.code());
        }
        QCOMPARE(keys.size(), std::size_t{3000});
        QCOMPARE(currencies.size(), std::size_t{3});
        QVERIFY(participants[3] > 2000);  // the fee is why three vote
        QCOMPARE(participants[1], 0);
    }

    void the_same_seed_gives_the_same_payments_and_another_run_other_keys() {
        MorningTraffic a(FakeCluster::shape(), 7, "r1"), b(FakeCluster::shape(), 7, "r1"), c(FakeCluster::shape(), 7, "r2");
        for (int i = 0; i < 100; ++i) {
            const auto first = a.next(5), second = b.next(5), third = c.next(5);
            QVERIFY(first == second);
            QVERIFY(first.idempotency_key != third.idempotency_key);
            QVERIFY(first.amount == third.amount);
        }
    }

    void a_generated_iban_has_right_check_digits() {
        QCOMPARE(make_iban("DE", "370400440532013000"), std::string("DE89370400440532013000"));
        QCOMPARE(make_iban("GB", "WEST12345698765432"), std::string("GB82WEST12345698765432"));
        for (const auto& [node, lines] : MorningTraffic(FakeCluster::shape(), 1, "r").accounts())
            for (const auto& line : lines) QVERIFY(looks_like_iban(line.account));
    }

    void bench_transfers_touch_every_participant_and_sum_to_zero() {
        for (std::size_t n = 1; n <= 5; ++n) {
            std::vector<base::NodeId> nodes;
            for (std::size_t i = 0; i < n; ++i) nodes.push_back(base::NodeId::of(std::string(1, static_cast<char>('A' + i))));
            BenchTransfers transfers(nodes, 1000, 3, "r");
            std::set<std::string> keys;
            for (int i = 0; i < 500; ++i) {
                const auto payment = transfers.next();
                QVERIFY(events::validate(payment).ok());
                std::set<base::NodeId> seen;
                for (const auto& leg : payment.legs) seen.insert(leg.node);
                QCOMPARE(seen.size(), n);
                QVERIFY(payment.legs[0].account != payment.legs[1].account);
                keys.insert(payment.idempotency_key);
            }
            QCOMPARE(keys.size(), std::size_t{500});
            QCOMPARE(transfers.accounts(nodes[0], 998, 2).back().account, std::string("A-001000"));
        }
    }

    void traffic_keeps_its_rate_and_stops_when_told() {
        FakeCluster cluster;
        TrafficRun::Options options;
        options.per_second = 2000;
        options.payments_max = 200;
        options.run = "t";
        TrafficRun run(cluster, options);
        QTRY_VERIFY_WITH_TIMEOUT(run.finished(), 5000);
        const auto counts = run.counts();
        QCOMPARE(counts.sent, std::uint64_t{200});
        QCOMPARE(counts.in_flight, std::uint64_t{0});
        QCOMPARE(counts.committed + counts.aborted, std::uint64_t{200});
        QVERIFY(counts.committed > 150);
        QVERIFY(counts.problem.empty());
    }
};

INDOUBT_TEST(GeneratorTest);
#include "generator_test.moc"
