// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/timeline_scenes.h"

#include <QDir>
#include <QImage>
#include <QPainter>
#include <QtTest>

namespace indoubt::tests {

Surroundings::Surroundings()
    : feed(std::make_unique<console::feed::Feed>()),
      selection(std::make_unique<console::feed::Selection>()),
      executor(std::make_unique<console::feed::Executor>()),
      commands(std::make_unique<console::feed::CommandRegistry>()),
      session(std::make_unique<console::feed::Session>()),
      navigator(std::make_unique<console::feed::Navigator>()) {}
Surroundings::~Surroundings() = default;

void Surroundings::show(const Trace& trace) {
    const quint64 wanted = feed->totalEvents() + trace.events.size();
    feed->inject(trace.events);
    QTRY_COMPARE_WITH_TIMEOUT(feed->totalEvents(), wanted, 20000);
    if (!trace.xid.empty()) selection->selectPayment(trace.xid);
}

console::feed::Context Surroundings::context() {
    return {feed.get(), selection.get(), executor.get(), commands.get(), session.get(), navigator.get()};
}

Trace trace_named(const QString& name) {
    if (name == QLatin1String("committed")) return committed_trace();
    if (name == QLatin1String("lost")) return lost_commit_trace();
    if (name == QLatin1String("blocked")) return blocked_trace();
    if (name == QLatin1String("long")) return long_trace();
    if (name == QLatin1String("held")) return held_trace();
    if (name == QLatin1String("refused")) return refused_trace();
    return heuristic_trace();
}

void trace_names() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"committed", "lost", "blocked", "held", "long", "refused", "heuristic"}) QTest::newRow(name) << QString::fromLatin1(name);
}

void shoot(QWidget& widget, const QString& name, qreal scale) {
    const QString folder = qEnvironmentVariable("INDOUBT_SHOTS");
    if (folder.isEmpty()) return;
    QVERIFY(QDir().mkpath(folder));
    QImage image(widget.size() * scale, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(scale);
    image.fill(Qt::transparent);
    widget.render(&image);
    QVERIFY(image.save(QDir(folder).filePath(name + QStringLiteral(".png"))));
}

}  // namespace indoubt::tests
