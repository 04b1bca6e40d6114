// SPDX-License-Identifier: GPL-3.0-or-later
// Asks where something is to be saved, and as what. A name without a known ending is completed with that of the chosen kind, as
// saving dialogs do everywhere; the folder is remembered. GUI thread.
#pragma once
#include <QFileDialog>
#include <QList>

namespace indoubt::console::widgets {

struct ExportKind {
    QString label;   // "Picture, SVG"
    QString ending;  // "svg"
};

class ExportDialog : public QFileDialog {
    Q_OBJECT
  public:
    // `name`: proposed, without an ending; what no file may be called is taken out.
    ExportDialog(const QString& title, const QString& name, const QList<ExportKind>& kinds, QWidget* parent);
    // `path` as it is if it ends as one of the kinds does, else with `ending` added.
    static QString completed(const QString& path, const QString& ending, const QList<ExportKind>& kinds);

  signals:
    void chosen(const QString& path);

  protected:
    void accept() override;

  private:
    QString endingNow() const;
    QList<ExportKind> m_kinds;
    QStringList m_filters;
};

}  // namespace indoubt::console::widgets
