// SPDX-License-Identifier: GPL-3.0-or-later
// A log that holds what this program cannot read, as one written before a bound was set may: the rest is told, and the answer is no
// success.
#include "cli/process.h"
#include "operator/fake_service.h"
#include "support/test_main.h"

using namespace indoubt;

class UnreadableTest : public QObject {
    Q_OBJECT

  private slots:
    void one_unreadable_event_hides_no_other_and_the_exit_code_tells() {
        tests::FakeService service;
        service.host.feed(tests::in_doubt(7, "INV-7"));
        auto order = std::make_shared<events::OperatorNote>();
        order->actor = "Ana";
        order->ticket = std::string(200, 't');
        auto note = std::make_shared<events::Note>();
        note->order = std::move(order);
        events::Event event;
        event.node = base::NodeId::of("T");
        event.kind = events::EventKind::order;
        event.xid = {event.node, 1, 7};
        event.payload = std::shared_ptr<const events::Note>(std::move(note));
        service.host.feed({event});
        service.host.feed(tests::in_doubt(8, "INV-8"));

        const auto ctl = [&](QStringList arguments) {
            QProcess process;
            process.start(tests::program("indoubtctl"), QStringList{"--connect", QString::fromStdString(service.address), "--token-file", service.token_file, "--json"} + arguments);
            process.waitForFinished(20'000);
            return tests::Answer{process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
        };
        const auto kinds = [](const tests::Answer& answer) {
            QStringList list;
            for (const auto& one : answer.json().value("events").toArray()) list << one.toObject().value("kind").toString();
            return list;
        };
        auto all = ctl({"events"});
        QVERIFY2(kinds(all) == QStringList({"append", "append", "append", "gap", "append", "append", "append"}), all.text());
        QCOMPARE(all.code, 1);
        QVERIFY2(all.err.contains("ticket has 200 bytes"), all.text());
        auto timeline = ctl({"tx", "timeline", "INV-7"});
        QVERIFY2(kinds(timeline) == QStringList({"append", "append", "append", "gap"}), timeline.text());
        QCOMPARE(timeline.code, 1);
        QCOMPARE(ctl({"events", "--filter", "kind:vote"}).code, 1);  // what it would have been, nobody knows
        QCOMPARE(ctl({"tx", "timeline", "INV-8"}).code, 0);
    }
};

INDOUBT_TEST(UnreadableTest);
#include "unreadable_test.moc"
