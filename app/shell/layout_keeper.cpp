// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/layout_keeper.h"

#include <QCryptographicHash>
#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
#include <QSplitter>

namespace indoubt::console::shell {

LayoutKeeper::LayoutKeeper(QMainWindow* window, QWidget* root) : QObject(window), m_window(window) {
    for (auto* splitter : root->findChildren<QSplitter*>())
        if (!splitter->objectName().isEmpty()) watch(splitter);
    const auto again = [this] { restore(); };
    connect(qApp, &QGuiApplication::screenAdded, this, again, Qt::QueuedConnection);
    connect(qApp, &QGuiApplication::screenRemoved, this, again, Qt::QueuedConnection);
}

QString LayoutKeeper::key(const QString& name) {
    QStringList screens;
    for (const auto* screen : QGuiApplication::screens()) {
        const QRect at = screen->geometry();
        screens << QStringLiteral("%1x%2+%3+%4").arg(at.width()).arg(at.height()).arg(at.x()).arg(at.y());
    }
    screens.sort();
    const QByteArray set = QCryptographicHash::hash(screens.join(u' ').toUtf8(), QCryptographicHash::Sha1).toHex().left(12);
    return QStringLiteral("layout/%1/%2").arg(QString::fromLatin1(set), name);
}

// The direction is part of the name: a pane that is laid out anew in a narrow window has other dividers there.
QString LayoutKeeper::name(const QSplitter* splitter) {
    return QStringLiteral("split.%1.%2").arg(splitter->objectName(), splitter->orientation() == Qt::Horizontal ? QStringLiteral("h") : QStringLiteral("v"));
}

void LayoutKeeper::watch(QSplitter* splitter) {
    m_splitters << splitter;
    connect(splitter, &QObject::destroyed, this, [this, splitter] { m_splitters.removeOne(splitter); });
    connect(splitter, &QSplitter::splitterMoved, this, [splitter] {
        QStringList sizes;
        for (const int size : splitter->sizes()) sizes << QString::number(size);
        QSettings().setValue(key(name(splitter)), sizes);
    });
}

void LayoutKeeper::restoreDivider(QSplitter* splitter) {
    QList<int> sizes;
    for (const QString& size : QSettings().value(key(name(splitter))).toStringList()) sizes << size.toInt();
    if (sizes.size() == splitter->count()) splitter->setSizes(sizes);  // of a window of another size it takes the proportions
}

void LayoutKeeper::restore() {
    const QByteArray geometry = QSettings().value(key(QStringLiteral("geometry"))).toByteArray();
    if (!geometry.isEmpty()) m_window->restoreGeometry(geometry);
    for (auto* splitter : std::as_const(m_splitters)) restoreDivider(splitter);
}

void LayoutKeeper::save() const { QSettings().setValue(key(QStringLiteral("geometry")), m_window->saveGeometry()); }
QStringList LayoutKeeper::tornOff() const { return QSettings().value(key(QStringLiteral("tornOff"))).toStringList(); }
void LayoutKeeper::saveTornOff(const QStringList& places) const { QSettings().setValue(key(QStringLiteral("tornOff")), places); }

}  // namespace indoubt::console::shell
