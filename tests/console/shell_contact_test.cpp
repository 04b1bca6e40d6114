// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: timeout=120 serial
// A cluster that has gone leaves no tick behind: the window says so over every place, and nothing pretends to be of now.
#include <QLabel>
#include <QPushButton>
#include <QSettings>

#include "console/story_support.h"
#include "support/live_cluster.h"
#include "support/test_main.h"
#include "watch/cluster_map.h"
#include "widgets/alert_bar.h"
#include "widgets/rail.h"

using namespace indoubt;

class ShellContactTest : public QObject {
    Q_OBJECT
  private slots:
    void a_cluster_that_has_gone_is_loud_and_nothing_claims_to_be_of_now() {
        tests::LiveCluster cluster;
        QVERIFY(cluster.start());
        QSettings().clear();
        QSettings().setValue(QStringLiteral("story/done"), true);
        console::shell::Options options;
        options.connectTarget = QString::fromStdString(cluster.cluster().address());
        options.tokenFile = QString::fromStdString(cluster.cluster().token_file().string());
        console::shell::MainWindow window(options);
        window.show();
        const auto& feed = *window.context().feed;
        QTRY_VERIFY_WITH_TIMEOUT(window.live() && feed.view().nodes().size() == 4 && feed.view().last_hlc() != 0, 15000);
        window.context().navigator->open(QStringLiteral("watch"));
        auto* bar = window.findChild<console::widgets::AlertBar*>(QStringLiteral("noContactBar"));
        QTRY_VERIFY(feed.connected() && bar->isHidden());
        auto* map = window.findChild<console::watch::ClusterMap*>();
        QTRY_VERIFY(map->asText().contains(QStringLiteral("lock")));

        cluster.stop();
        QTRY_VERIFY_WITH_TIMEOUT(feed.outOfTouch(), 10000);
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), 3000);
        QVERIFY2(bar->text().contains(QStringLiteral("No contact")) && bar->text().contains(QStringLiteral("As of ")), qPrintable(bar->text()));
        const auto at = feed.nowHlc();
        const auto claims = [&] {
            for (const auto* label : window.findChildren<QLabel*>())
                if (label->isVisible() && (label->text().contains(QStringLiteral("Nothing is stuck")) || label->text().contains(QStringLiteral("live, newest")))) return label->text();
            return QString();
        };
        QTRY_COMPARE_WITH_TIMEOUT(claims(), QString(), 3000);
        QTRY_VERIFY2_WITH_TIMEOUT(map->asText().count(QStringLiteral("not known")) == 4, qPrintable(map->asText()), 3000);
        window.context().navigator->open(QStringLiteral("desk"));
        QTest::qWait(50);
        QCOMPARE(claims(), QString());
        QVERIFY(bar->isVisible());
        QCOMPARE(feed.nowHlc(), at);  // what is shown is as of then, and does not grow older
        for (const auto& command : window.context().commands->list())
            if (command.id == QLatin1String("payment.new") || command.id == QLatin1String("cause.retry") || command.id.startsWith(QLatin1String("node.")))
                QVERIFY2(!command.whyNot().isEmpty(), qPrintable(command.id));
    }
};

INDOUBT_TEST(ShellContactTest);
#include "shell_contact_test.moc"
