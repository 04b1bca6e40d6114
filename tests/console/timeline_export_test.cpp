// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the Timeline says of itself what it is; one stretch of time has one length everywhere.
#include <QTemporaryDir>
#include <QtTest>

#include "console/timeline_scenes.h"
#include "feed/wording.h"
#include "support/test_main.h"
#include "theme/theme.h"
#include "timeline/axis.h"
#include "timeline/timeline_panel.h"

namespace indoubt::tests {

using namespace console;

class TimelineExportTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { theme::Theme::install(*qApp, theme::ThemeChoice::Light); }

    void a_table_of_events_names_every_column_and_tells_whole_times() {
        Surroundings around;
        const Trace trace = committed_trace();
        around.show(trace);
        timeline::TimelinePanel panel(around.context(), timeline::PanelStyle::Large, nullptr);
        panel.resize(900, 500);
        panel.show();
        panel.showPayment(trace.xid);
        QTRY_VERIFY(!panel.payment()->model()->events.empty());
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("events.csv"));
        panel.exportTo(path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size() - 1, static_cast<qsizetype>(panel.payment()->model()->events.size()));
        const QStringList heads = lines[0].split(u',');
        QVERIFY(!heads.contains(QString()));
        const QStringList last = lines.last().split(u',');
        QVERIFY2(QRegularExpression(QStringLiteral("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$")).match(last[2]).hasMatch(), qPrintable(last[2]));
        bool number = false;
        last[3].toLongLong(&number);
        QVERIFY2(number, qPrintable(last[3]));
    }

    void a_picture_has_room_for_whose_it_is() {
        Surroundings around;
        const Trace trace = heuristic_trace();
        around.show(trace);
        timeline::TimelinePanel panel(around.context(), timeline::PanelStyle::Large, nullptr);
        panel.resize(900, 500);
        panel.show();
        panel.showPayment(trace.xid);
        QTRY_VERIFY(!panel.payment()->model()->events.empty());
        QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("picture.png"));
        panel.exportTo(path);
        const QImage image(path);
        QVERIFY(!image.isNull());
        if (const QString shots = qEnvironmentVariable("INDOUBT_SHOTS"); !shots.isEmpty()) image.save(shots + QStringLiteral("/export.png"));
        QVERIFY2(image.height() > 2 * panel.canvas()->exportSize().height(), "a caption above the diagram");
    }

    void one_stretch_has_one_length() {
        for (const std::int64_t s : {10, 41, 59, 60, 69, 70, 119, 120, 146, 3599, 3660}) QCOMPARE(timeline::durationText(s * 1'000'000'000), feed::ageText(s * 1'000'000'000));
    }
};

}  // namespace indoubt::tests

using indoubt::tests::TimelineExportTest;
INDOUBT_TEST(TimelineExportTest);
#include "timeline_export_test.moc"
