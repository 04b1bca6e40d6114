// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/export_dialog.h"

#include <QDir>
#include <QMessageBox>
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>

namespace indoubt::console::widgets {

namespace {
QString folderKey() { return QStringLiteral("export/folder"); }
}  // namespace

ExportDialog::ExportDialog(const QString& title, const QString& name, const QList<ExportKind>& kinds, QWidget* parent) : QFileDialog(parent, title), m_kinds(kinds) {
    setObjectName(QStringLiteral("exportDialog"));
    setAcceptMode(QFileDialog::AcceptSave);
    setFileMode(QFileDialog::AnyFile);
    for (const auto& kind : kinds) m_filters << QStringLiteral("%1 (*.%2)").arg(kind.label, kind.ending);
    setNameFilters(m_filters);
    const QString last = QSettings().value(folderKey()).toString();
    setDirectory(!last.isEmpty() && QDir(last).exists() ? last : QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    static const QRegularExpression unfit(QStringLiteral("[/\\\\:*?\"<>|\\x00-\\x1f]+"));
    QString fit = name;
    selectFile(fit.replace(unfit, QStringLiteral("-")) + u'.' + endingNow());
    // The name keeps pace with the kind; what the person typed besides stays.
    connect(this, &QFileDialog::filterSelected, this, [this] {
        const QString now = selectedFiles().value(0);
        for (const auto& kind : m_kinds)
            if (now.endsWith(u'.' + kind.ending, Qt::CaseInsensitive)) return selectFile(QFileInfo(now).fileName().chopped(kind.ending.size()) + endingNow());
    });
}

// Completed before it is asked whether a file of that name may be written over.
void ExportDialog::accept() {
    const QString typed = selectedFiles().value(0);
    if (typed.isEmpty() || QFileInfo(typed).isDir()) return QFileDialog::accept();  // goes there
    const QString path = completed(typed, endingNow(), m_kinds);
    if (QFileInfo::exists(path) &&
        QMessageBox::warning(this, windowTitle(), tr("%1 exists. Write over it?").arg(QFileInfo(path).fileName()), QMessageBox::Yes | QMessageBox::No, QMessageBox::No) != QMessageBox::Yes)
        return;
    QSettings().setValue(folderKey(), QFileInfo(path).absolutePath());
    QDialog::accept();
    emit chosen(path);
}

QString ExportDialog::endingNow() const { return m_kinds.value(std::max<qsizetype>(0, m_filters.indexOf(selectedNameFilter()))).ending; }

QString ExportDialog::completed(const QString& path, const QString& ending, const QList<ExportKind>& kinds) {
    for (const auto& kind : kinds)
        if (path.endsWith(u'.' + kind.ending, Qt::CaseInsensitive)) return path;
    return path + (path.endsWith(u'.') ? QString() : QStringLiteral(".")) + ending;
}

}  // namespace indoubt::console::widgets
