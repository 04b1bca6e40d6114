// SPDX-License-Identifier: GPL-3.0-or-later
// Every row of the cost table, counted from real runs, for N = 2 to 8 and F = 0 to 2; and the published fixtures themselves.
#include "commit/machine.h"
#include "simulation/cost_run.h"
#include "support/test_main.h"

using namespace indoubt;

class CostsTest : public QObject {
    Q_OBJECT

    static std::string words(const commit::CostFigures& figures) {
        return std::to_string(figures.messages) + " messages, " + (figures.delays ? std::to_string(*figures.delays) : "any") + " delays, " + std::to_string(figures.forced_writes) + " forced writes";
    }

  private slots:
    void every_row_is_what_the_program_counts_data() {
        QTest::addColumn<QByteArray>("protocol");
        for (const commit::Protocol& protocol : commit::protocols())
            if (protocol.payments) QTest::newRow(std::string(protocol.name).c_str()) << QByteArray(protocol.name.data(), static_cast<qsizetype>(protocol.name.size()));
    }
    void every_row_is_what_the_program_counts() {
        QFETCH(QByteArray, protocol);
        int rows = 0;
        for (std::uint32_t n = 2; n <= 8; ++n)
            for (std::uint32_t f = 0; f <= 2; ++f)
                for (const bool colocated : {false, true}) {
                    const auto cases = commit::cost_cases(protocol.toStdString(), n, f, colocated);
                    if (cases.empty()) continue;
                    const auto measured = simulation::measure_costs(protocol.toStdString(), n, f, colocated);
                    QVERIFY(measured.ok());
                    for (const auto& row : *measured) {
                        ++rows;
                        const std::string where = "N=" + std::to_string(n) + " F=" + std::to_string(f) + " " + row.asked.name + ": " + words(row.measured) + ", by formula " + words(row.asked.formula);
                        QVERIFY2(row.equal, where.c_str());
                    }
                }
        qInfo("%d rows", rows);
        QVERIFY(rows >= 14);
    }

    // Gray and Lamport 2006: 2PC / Paxos Commit / Faster Paxos Commit at N = 3 and N = 5, F = 1, apart and co-located.
    void the_published_fixtures_come_out() {
        const auto messages = [](const char* protocol, std::uint32_t n, std::uint32_t f, bool colocated) {
            for (const auto& row : commit::cost_cases(protocol, n, f, colocated))
                if (row.convention == commit::Convention::gray_lamport) return row.formula.messages;
            return 0u;
        };
        for (const auto& [n, apart, together] : {std::tuple{3u, std::array{8u, 12u, 14u}, std::array{6u, 9u, 10u}}, std::tuple{5u, std::array{14u, 20u, 24u}, std::array{12u, 17u, 20u}}}) {
            QCOMPARE(messages("2pc-pa", n, 0, false), apart[0]);
            QCOMPARE(messages("paxos-commit", n, 1, false), apart[1]);
            QCOMPARE(messages("paxos-commit-fast", n, 1, false), apart[2]);
            QCOMPARE(messages("2pc-pa", n, 0, true), together[0]);
            QCOMPARE(messages("paxos-commit", n, 1, true), together[1]);
            QCOMPARE(messages("paxos-commit-fast", n, 1, true), together[2]);
        }
    }
};
INDOUBT_TEST(CostsTest);
#include "costs_test.moc"
