// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/faults.h"
#include "support/test_main.h"

using namespace indoubt;
using runtime::FaultBox;
using runtime::FaultVerdict;
using runtime::parse_fault;
using base::NodeId;

namespace {
events::Message message(events::MessageKind kind, const char* from, const char* to) {
    events::Message m;
    m.kind = kind;
    m.from = NodeId::of(from);
    m.to = NodeId::of(to);
    return m;
}
}  // namespace

class FaultsTest : public QObject {
    Q_OBJECT
  private slots:
    void every_form_of_the_rule_language_parses_data() {
        QTest::addColumn<QString>("rule");
        for (const char* rule : {"crash before force COMMIT at T", "crash after send COMMIT 1 of 3 at T", "crash before receive YES at T", "crash after force HEURISTIC ROLLBACK at A",
                                 "drop YES from A to T", "drop any from A", "hold YES from C to T", "delay 200ms COMMIT from T to B", "delay 2s any", "duplicate PREPARE to B times 3",
                                 "cut T to B", "cut A and T", "drop commit from T always"})
            QTest::newRow(rule) << rule;
    }
    void every_form_of_the_rule_language_parses() {
        QFETCH(QString, rule);
        const auto parsed = parse_fault(rule.toStdString());
        QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().message.c_str());
    }

    void a_wrong_rule_names_the_word_and_what_fits_data() {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("names");
        QTest::newRow("verb") << "explode T" << "explode";
        QTest::newRow("message") << "drop MAYBE from A" << "MAYBE";
        QTest::newRow("record") << "crash before force NONSENSE at T" << "PREPARED";
        QTest::newRow("end") << "cut T" << "at the end";
        QTest::newRow("time") << "delay soon YES" << "200ms";
        QTest::newRow("trailing") << "drop YES from A to T please" << "please";
        QTest::newRow("empty") << "" << "crash";
    }
    void a_wrong_rule_names_the_word_and_what_fits() {
        QFETCH(QString, rule);
        QFETCH(QString, names);
        const auto parsed = parse_fault(rule.toStdString());
        QVERIFY(!parsed.ok());
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(names), parsed.error().message.c_str());
    }

    void what_is_held_back_and_how_many_rules_there_are_is_bounded() {
        FaultBox box;
        const auto rule = box.add(parse_fault("hold any always").value());
        const events::Envelope envelope{std::make_shared<events::Message>(message(events::MessageKind::ack, "A", "T")), {}, 1, false};
        for (std::size_t i = 0; i < runtime::held_messages_max; ++i) QVERIFY(box.hold(rule, envelope));
        QVERIFY(!box.hold(rule, envelope));
        QCOMPARE(box.held(rule), runtime::held_messages_max);
        QCOMPARE(box.release(rule).size(), runtime::held_messages_max);
        QVERIFY(box.hold(rule, envelope));
        for (std::size_t i = 1; i < runtime::fault_rules_max; ++i) {
            QVERIFY(!box.full());
            box.add(parse_fault("cut T to B").value());
        }
        QVERIFY(box.full());
    }
    void a_rule_fits_the_words_of_an_order() {
        const std::string longest = "crash before force HEURISTIC ROLLBACK at NODE-000 for " + base::Xid{NodeId::of("NODE-000"), 7, 99, 4711}.text() + " times 99";
        QVERIFY(parse_fault(longest).ok());
        QVERIFY(!parse_fault("cut T to B" + std::string(runtime::fault_rule_bytes_max, ' ')).ok());
        QVERIFY(std::string("add fault: ").size() + runtime::fault_rule_bytes_max <= base::limits::text_bytes_max);
    }
    void a_one_shot_strikes_once_and_a_cut_until_it_is_cleared() {
        FaultBox box;
        const auto once = box.add(parse_fault("drop YES from A to T").value());
        const auto yes = message(events::MessageKind::vote_yes, "A", "T");
        QCOMPARE(box.at_send(NodeId::of("A"), false, yes, 1).kind, FaultVerdict::Kind::drop);
        QCOMPARE(box.at_send(NodeId::of("A"), false, yes, 1).kind, FaultVerdict::Kind::pass);
        QCOMPARE(box.list().front().hits, 1u);
        box.add(parse_fault("cut A and T").value());
        QCOMPARE(box.at_send(NodeId::of("T"), false, message(events::MessageKind::commit, "T", "A"), 1).kind, FaultVerdict::Kind::drop);
        QCOMPARE(box.at_send(NodeId::of("A"), false, yes, 1).kind, FaultVerdict::Kind::drop);
        QCOMPARE(box.at_send(NodeId::of("B"), false, message(events::MessageKind::vote_yes, "B", "T"), 1).kind, FaultVerdict::Kind::pass);
        QCOMPARE(box.clear(std::nullopt).size(), std::size_t{2});
        QVERIFY(box.idle());
        QVERIFY(once != 0);
    }

    void the_index_of_a_send_selects_one_of_n() {
        FaultBox box;
        box.add(parse_fault("crash before send COMMIT 2 of 3 at T").value());
        const auto commit = message(events::MessageKind::commit, "T", "A");
        QCOMPARE(box.at_send(NodeId::of("T"), false, commit, 1).kind, FaultVerdict::Kind::pass);
        QCOMPARE(box.at_send(NodeId::of("T"), true, commit, 2).kind, FaultVerdict::Kind::pass);
        QCOMPARE(box.at_send(NodeId::of("T"), false, commit, 2).kind, FaultVerdict::Kind::crash);
    }
};

INDOUBT_TEST(FaultsTest);
#include "faults_test.moc"
