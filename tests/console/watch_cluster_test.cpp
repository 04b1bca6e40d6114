// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster as Watch's map and the Lab's list show it: who is up, down, suspended or cut off, since when, and with what figures.
#include <QRegularExpression>
#include <QTableView>

#include "console/timeline_scenes.h"
#include "lab/nodes_pane.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "view/script.h"
#include "watch/cluster_map.h"
#include "watch/cluster_pane.h"

using namespace indoubt;
using namespace indoubt::console;

class WatchClusterTest : public QObject {
    Q_OBJECT
    static constexpr std::int64_t second = 1'000'000'000;
    // Three payments begun within the last five seconds, one of them in doubt at A, B and C.
    static tests::Script traffic() {
        tests::Script script;
        script.now = script.epoch + 50 * second;
        for (std::uint64_t i = 1; i <= 2; ++i) {
            const auto payment = script.payment("INV-" + std::to_string(i));
            script.commit(script.xid(i), payment);
        }
        script.all_yes(script.xid(3), script.payment("INV-3"));
        return script;
    }
    // What is shown as of `script.now`.
    static void showAt(tests::Surroundings& s, tests::Script& script) {
        script.sync(script.C);  // an event at that moment
        s.show({script.log, {}, script.now});
        s.feed->scrubTo(s.feed->totalEvents());
        QTRY_VERIFY(s.feed->isPast());
        QTRY_COMPARE(s.feed->shownEvents(), s.feed->totalEvents());
    }
    static QStringList map(tests::Surroundings& s) {
        watch::ClusterPane pane(s.context());
        pane.resize(328, 300);
        pane.show();
        pane.refresh();
        return pane.map()->asText().split(QStringLiteral("; "));
    }
    static QStringList list(tests::Surroundings& s) {
        lab::NodesPane pane(s.context(), nullptr);
        pane.refresh();
        QStringList rows;
        const auto* model = pane.findChild<QTableView*>(QStringLiteral("labNodesTable"))->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < model->columnCount(); ++column) cells << model->index(row, column).data().toString();
            rows << cells.join(QStringLiteral(" | "));
        }
        return rows;
    }

  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light)->setReducedMotion(true); }

    void nodes_that_are_up_show_rates_locks_and_their_forced_writes() {
        auto script = traffic();
        script.now = script.epoch + 54 * second;
        tests::Surroundings s;
        showAt(s, script);
        const auto nodes = map(s);
        QCOMPARE(nodes.size(), 4);
        QCOMPARE(nodes[0], QStringLiteral("T Coordinator: 1 begin/s, fsync 900 µs"));  // three within five seconds
        QCOMPARE(nodes[1], QStringLiteral("A Hafenbank: 1 lock held, fsync 900 µs"));
        const auto rows = list(s);
        QCOMPARE(rows.size(), 4);
        QVERIFY2(rows[0].startsWith(QStringLiteral("T | Coordinator | up | 1 | ")) && rows[0].endsWith(QStringLiteral(" | 0")), qPrintable(rows[0]));
        QCOMPARE(rows[2], QStringLiteral("B | Banque du Lac | up | 1 | %1 | 1").arg(script.lsn[script.B]));
    }

    void a_node_that_is_down_says_since_when_and_a_suspended_one_too() {
        auto script = traffic();
        script.crash(script.T);
        const auto died = script.now;
        script.suspend(script.B);
        script.now = died + 41 * second + second / 2;
        tests::Surroundings s;
        showAt(s, script);
        const auto nodes = map(s);
        static const QRegularExpression down(QStringLiteral("^T Coordinator: no answer 41 s, last .*\\d\\d:14:10\\.\\d$"));
        QVERIFY2(down.match(nodes[0]).hasMatch(), qPrintable(nodes[0]));
        QCOMPARE(nodes[2], QStringLiteral("B Banque du Lac: suspended 41 s, 1 lock held"));
        const auto rows = list(s);
        QVERIFY2(rows[0].startsWith(QStringLiteral("T | Coordinator | down | 1 |")), qPrintable(rows[0]));
        QVERIFY2(rows[2].startsWith(QStringLiteral("B | Banque du Lac | suspended | 1 |")), qPrintable(rows[2]));
        QVERIFY2(rows[1].startsWith(QStringLiteral("A | Hafenbank | up | 1 |")), qPrintable(rows[1]));

        // Back in its second life, and up.
        script.restart(script.T);
        script.resume(script.B);
        tests::Surroundings later;
        showAt(later, script);
        QVERIFY2(map(later)[0].startsWith(QStringLiteral("T Coordinator: 0 begin/s")), qPrintable(map(later)[0]));
        QVERIFY2(list(later)[0].startsWith(QStringLiteral("T | Coordinator | up | 2 |")), qPrintable(list(later)[0]));
        QVERIFY2(list(later)[2].startsWith(QStringLiteral("B | Banque du Lac | up | 1 |")), qPrintable(list(later)[2]));
    }

    void a_link_that_is_cut_is_drawn_broken() {
        watch::ClusterMap map;
        map.resize(328, 268);
        QList<watch::MapNode> nodes;
        for (const char* id : {"T", "A", "B", "C"}) {
            watch::MapNode node;
            node.node = base::NodeId::of(id);
            node.id = node.name = QLatin1String(id);
            node.coordinator = nodes.isEmpty();
            node.state = view::NodeState::up;
            nodes << node;
        }
        const auto red = [&] {
            map.setNodes(nodes);
            const QImage image = map.grab().toImage();
            const QRect below(0, map.nodeRect(nodes[0].node).bottom() + 4, image.width(), map.nodeRect(nodes[1].node).top() - map.nodeRect(nodes[0].node).bottom() - 8);
            int count = 0;
            for (int y = below.top(); y < below.bottom(); ++y)
                for (int x = 0; x < image.width(); ++x) {
                    const QColor seen(image.pixel(x, y));
                    count += seen.red() - seen.green() > 40 && seen.red() - seen.blue() > 40;
                }
            return count;
        };
        QCOMPARE(red(), 0);
        nodes[2].cut = true;
        const int one = red();
        QVERIFY2(one > 15, qPrintable(QString::number(one)));
        nodes[0].state = view::NodeState::down;
        QVERIFY(red() > 2 * one);  // then every link is
    }
};

INDOUBT_TEST(WatchClusterTest);
#include "watch_cluster_test.moc"
