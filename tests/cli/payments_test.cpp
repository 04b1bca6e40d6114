// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/process.h"
#include "support/test_main.h"

using namespace indoubt::tests;

namespace {
const QString kMara = "DE37900000010000471108", kShop = "LU289990000000471200";
}

class PaymentsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() {
        m_daemon = std::make_unique<Daemon>();
        QVERIFY2(m_daemon->up(), qPrintable(m_daemon->problem()));
    }
    void cleanupTestCase() { m_daemon.reset(); }

    void the_first_payment_commits_and_every_view_of_it_agrees() {
        const Answer paid = m_daemon->json({"submit", "--first", "--wait", "applied"});
        QVERIFY2(paid.code == 0, paid.text());
        QCOMPARE(paid.json().value("outcome").toString(), QString("committed"));
        QVERIFY(paid.json().value("applied").toBool());
        const QString xid = paid.json().value("xid").toString();
        QCOMPARE(m_daemon->balance(kMara), 248000 - 12000);
        QCOMPARE(m_daemon->balance(kShop), 31075 + 11940);

        const Answer list = m_daemon->json({"tx", "list", "--filter", "ref:INV-2042"});
        QVERIFY2(list.code == 0, list.text());
        const auto row = list.json().value("transactions").toArray().at(0).toObject();
        for (const char* key : {"xid", "refs", "debtor", "creditor", "protocol", "state", "heuristic", "damage", "cause", "age_ms",
                                "due_at", "waiting", "held_minor", "votes", "amount_minor", "currency", "reason"})
            QVERIFY2(row.contains(key), key);
        QCOMPARE(row.value("xid").toString(), xid);
        QCOMPARE(row.value("state").toString(), QString("committed"));
        QCOMPARE(row.value("amount_minor").toInteger(), 12000);
        QCOMPARE(row.value("votes").toObject().value("C").toString(), QString("YES"));
        const auto coverage = list.json().value("coverage").toArray();
        QCOMPARE(coverage.size(), 4);
        QVERIFY(coverage.at(0).toObject().value("reached").toBool());

        const Answer shown = m_daemon->json({"tx", "show", xid.left(4) + ".." + xid.right(4)});
        QVERIFY2(shown.code == 0, shown.text());
        QCOMPARE(shown.json().value("legs").toArray().size(), 3);
        const Answer timeline = m_daemon->json({"tx", "timeline", "INV-2042"});
        QStringList kinds;
        for (const auto& event : timeline.json().value("events").toArray()) kinds << event.toObject().value("kind").toString();
        for (const char* kind : {"submit", "vote", "decide", "apply"}) QVERIFY2(kinds.contains(kind), timeline.text());
        for (const Answer& answer : {shown, timeline}) QCOMPARE(answer.json().value("coverage").toArray().size(), 4);
        const Answer human = m_daemon->ctl({"tx", "timeline", "INV-2042"});
        QVERIFY2(human.out.contains("decides COMMIT") && human.out.contains("Mara Lindholm"), human.text());
    }

    void a_key_used_again_pays_nothing_again() {
        const QStringList words{"submit", "--from", kMara, "--to", kShop, "--amount", "1.00", "--key", "only-once", "--wait", "applied"};
        QCOMPARE(m_daemon->json(words).code, 0);
        const qint64 after = m_daemon->balance(kMara);
        const Answer again = m_daemon->json(words);
        QVERIFY2(again.code == 0 && again.json().value("duplicate").toBool(), again.text());
        QCOMPARE(m_daemon->balance(kMara), after);
    }

    void a_refused_payment_is_exit_code_one_with_its_reason() {
        const Answer poor = m_daemon->json({"submit", "--from", kMara, "--to", kShop, "--amount", "999999.00"});
        QVERIFY2(poor.code == 1, poor.text());
        QCOMPARE(poor.json().value("outcome").toString(), QString("aborted"));
        QCOMPARE(poor.json().value("refusal").toString(), QString("insufficient funds"));
        const Answer wrong = m_daemon->json({"submit", "--from", kMara, "--to", "LU449990000000471300", "--amount", "5.00"});
        QVERIFY2(wrong.code == 1 && wrong.json().value("refusal").toString() == "wrong currency", wrong.text());
    }

    void bad_input_is_exit_code_two_and_names_the_option_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("expected");
        const QStringList pay{"submit", "--from", kMara, "--to", kShop};
        QTest::newRow("no amount") << pay << "--amount";
        QTest::newRow("decimals") << pay + QStringList{"--amount", "1.005"} << "more decimals";
        QTest::newRow("currency") << pay + QStringList{"--amount", "1", "--currency", "EUX"} << "--currency";
        QTest::newRow("unknown account") << QStringList{"submit", "--from", "DE00", "--to", kShop, "--amount", "1"} << "account list";
        QTest::newRow("to itself") << QStringList{"submit", "--from", kMara, "--to", kMara, "--amount", "1"} << "would pay itself";
        QTest::newRow("long ticket") << QStringList{"tx", "retry", "INV-2042", "--ticket", QString(141, 't')} << "ticket: has 141 bytes";
        QTest::newRow("long name") << QStringList{"--as", QString(139, 'a') + "\u00e9", "node", "pause", "A"} << "actor: has 141 bytes";
        QTest::newRow("long reason") << QStringList{"tx", "abort", "INV-2042", "--reason", QString(501, 'r')} << "reason: has 501 bytes";
        QTest::newRow("long key") << QStringList{"tx", "retry", "INV-2042", "--key", QString(141, 'k')} << "idempotency_key: has 141 bytes";
        QTest::newRow("long rule") << QStringList{"fault", "add", "cut T to B" + QString(111, ' ')} << "rule: has 121 bytes";
        QTest::newRow("wait") << pay + QStringList{"--amount", "1", "--wait", "forever"} << "--wait";
        QTest::newRow("fee without account") << pay + QStringList{"--amount", "1", "--fee", "0.10"} << "--fee-account";
        QTest::newRow("fee too large") << pay + QStringList{"--amount", "1", "--fee", "2", "--fee-account", kShop} << "--fee";
        QTest::newRow("protocol") << pay + QStringList{"--amount", "1", "--protocol", "9pc"} << "9pc";
        QTest::newRow("filter") << QStringList{"tx", "list", "--filter", "stat:active"} << "stat";
        QTest::newRow("filter by what is no state") << QStringList{"tx", "list", "--filter", "state:heuristic"} << "is:heuristic";
        QTest::newRow("event filter") << QStringList{"events", "--filter", "node:"} << "--filter";
        QTest::newRow("unknown payment") << QStringList{"tx", "show", "INV-0000"} << "INV-0000";
        QTest::newRow("unknown node") << QStringList{"node", "crash", "Q"} << "Q";
        QTest::newRow("bad fault") << QStringList{"fault", "add", "crush", "T"} << "crush";
        QTest::newRow("unknown account history") << QStringList{"account", "history", "XX"} << "XX";
        QTest::newRow("time") << QStringList{"account", "history", kMara, "--at", "noon"} << "--at";
        QTest::newRow("time with more behind it") << QStringList{"account", "show", kMara, "--at", "2020-01-01T00:00:00ZZ"} << "--at";
        QTest::newRow("time to come") << QStringList{"account", "list", "--at", "2199-01-01T00:00:00Z"} << "not over yet";
    }
    void bad_input_is_exit_code_two_and_names_the_option() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, expected);
        const Answer answer = m_daemon->ctl(arguments);
        QVERIFY2(answer.code == 2, answer.text());
        QVERIFY2(answer.err.contains(expected), answer.text());
        QVERIFY2(answer.out.isEmpty(), answer.text());
    }

    void the_past_of_an_account_is_what_it_was() {
        const Answer history = m_daemon->json({"account", "history", kMara});
        QVERIFY2(history.code == 0, history.text());
        const auto postings = history.json().value("postings").toArray();
        QVERIFY(postings.size() >= 1);
        qint64 balance = 248000;
        for (const auto& posting : postings) balance += posting.toObject().value("amount_minor").toInteger();
        QCOMPARE(balance, history.json().value("posted_minor").toInteger());
    }

    void an_account_has_no_balance_before_it_was_opened_and_a_known_one_after() {
        QTest::qWait(1100);  // times have whole seconds: this one is to begin after all that was paid before
        const QString now = QDateTime::currentDateTimeUtc().toString("yyyy-MM-ddTHH:mm:ss") + "Z";
        const qint64 balance = m_daemon->balance(kMara);
        QCOMPARE(m_daemon->json({"submit", "--from", kMara, "--to", kShop, "--amount", "1.00", "--wait", "applied"}).code, 0);
        for (const char* command : {"history", "show"}) {
            const Answer before = m_daemon->json({"account", command, kMara, "--at", "2020-01-01T00:00:00Z"});
            QVERIFY2(before.code == 0 && before.json().value("posted_minor_at").isNull(), before.text());
            QVERIFY2(before.json().value("why").toString().contains("not open yet"), before.text());
            const Answer then = m_daemon->json({"account", command, kMara, "--at", now});
            QVERIFY2(then.code == 0 && then.json().value("posted_minor_at").isDouble(), then.text());
            QCOMPARE(then.json().value("posted_minor_at").toInteger(), balance);
        }
        const Answer list = m_daemon->json({"account", "list", "--filter", kMara, "--at", now});
        QVERIFY2(list.code == 0, list.text());
        QCOMPARE(list.json().value("accounts").toArray().at(0).toObject().value("posted_minor_at").toInteger(), balance);
        QCOMPARE(list.json().value("accounts").toArray().at(0).toObject().value("posted_minor").toInteger(), balance - 100);
        const Answer human = m_daemon->ctl({"account", "list", "--at", "2020-01-01T00:00:00Z"});
        QVERIFY2(human.code == 0 && human.out.contains("not open yet") && human.out.contains("BALANCE AT 2020-01-01"), human.text());
    }

    void events_can_be_read_from_memory_and_from_the_durable_logs() {
        const Answer votes = m_daemon->json({"events", "--filter", "kind:vote"});
        QVERIFY2(votes.code == 0, votes.text());
        const auto events = votes.json().value("events").toArray();
        QVERIFY(events.size() >= 3);
        for (const auto& event : events) QCOMPARE(event.toObject().value("kind").toString(), QString("vote"));
        // Traced after the fact or as it happens: causes come first.
        const auto all = m_daemon->json({"events", "--filter", "ref:INV-2042", "--limit", "100000"}).json().value("events").toArray();
        QVERIFY(all.size() > 30);
        for (qsizetype i = 1; i < all.size(); ++i)
            QVERIFY2(all.at(i - 1).toObject().value("hlc").toInteger() <= all.at(i).toObject().value("hlc").toInteger(), qPrintable(QString::number(i)));
        const Answer drawn = m_daemon->ctl({"tx", "timeline", "INV-2042"});
        const auto own = m_daemon->json({"tx", "timeline", "INV-2042"}).json().value("events").toArray().size();
        QVERIFY2(drawn.out.contains(QString(", %1 events").arg(own)), drawn.text());
        const Answer log = m_daemon->json({"events", "--from", "1", "--node", "T", "--limit", "3"});
        QVERIFY2(log.code == 0 && log.json().value("events").toArray().size() == 3, log.text());
        QCOMPARE(log.json().value("events").toArray().at(0).toObject().value("lsn").toInteger(), 1);
    }

    void following_shows_a_payment_while_it_happens() {
        const auto follow = m_daemon->begin({"events", "--follow", "--filter", "kind:decide", "--json", "--limit", "1"});
        QTest::qWait(500);
        QCOMPARE(m_daemon->json({"submit", "--from", kMara, "--to", kShop, "--amount", "2.00", "--reference", "LIVE-1"}).code, 0);
        QByteArray seen;
        QTRY_VERIFY_WITH_TIMEOUT((follow->waitForReadyRead(50), seen += follow->readAllStandardOutput(), seen.contains("decide")), 10'000);
        follow->terminate();
        QVERIFY(follow->waitForFinished(5000));
        QCOMPARE(follow->exitCode(), 0);
    }

    void traffic_pays_between_named_parties_and_sums_agree() {
        const Answer traffic = m_daemon->json({"traffic", "--rate", "400", "--count", "200"});
        QVERIFY2(traffic.code == 0, traffic.text());
        QCOMPARE(traffic.json().value("sent").toInteger(), 200);
        QVERIFY2(traffic.json().value("committed").toInteger() > 150, traffic.text());
        QTRY_COMPARE_WITH_TIMEOUT(m_daemon->total("EUR", "held_minor"), 0, 10'000);
        qint64 opened = m_daemon->total("EUR", "opening_minor");
        QCOMPARE(m_daemon->total("EUR"), opened);
    }

  private:
    std::unique_ptr<Daemon> m_daemon;
};

INDOUBT_TEST(PaymentsTest);
#include "payments_test.moc"
