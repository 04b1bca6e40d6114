// SPDX-License-Identifier: GPL-3.0-or-later
// Ctrl+K: every action and every payment by any reference. Providers give candidates; the palette matches and ranks.
#pragma once
#include <QFrame>
#include <QPointer>
#include <QList>
#include <QString>

#include "theme/glyphs.h"

class QLineEdit;
class QListView;

namespace indoubt::console::widgets {

struct PaletteItem {
    QString id;          // given back on choice
    QString text;        // "Crash T", "INV-2042"
    QString detail;      // muted: "120.00 EUR  Mara Lindholm → Velo Atelier"
    QString key;         // "Ctrl+3"
    theme::Glyph glyph = theme::Glyph::None;
    bool enabled = true;
    QString why;         // shown instead of detail when disabled
};

// `search` is called per keystroke on the GUI thread and must answer within a few milliseconds. A provider whose answers are
// already matched (payments found by an index) says so with `ranked`; others give everything and are matched fuzzily.
class PaletteProvider {
  public:
    virtual ~PaletteProvider() = default;
    virtual QString heading() const = 0;                            // "Payments", "Actions"
    virtual QList<PaletteItem> search(const QString& query) = 0;
    virtual bool ranked() const { return false; }
    virtual void choose(const QString& id) = 0;
};

// Score of a subsequence match, higher is better, -1 none: word starts and runs count, gaps cost. Case-insensitive.
int fuzzyScore(const QString& query, const QString& text);

class PaletteModel;

class CommandPalette : public QFrame {
    Q_OBJECT
  public:
    explicit CommandPalette(QWidget* window);   // a child of the window, over everything, 640 wide
    void addProvider(PaletteProvider* provider);  // not owned
    void open(const QString& query = {});
    void refresh();                              // a provider's answers changed; what is chosen stays chosen
    int rows() const;

  signals:
    void closed();

  protected:
    void paintEvent(QPaintEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void search(const QString& query);
    void list(const QString& query, bool keep);
    void take();
    void dismiss();
    void place();
    QList<PaletteProvider*> m_providers;
    QLineEdit* m_query;
    QListView* m_list;
    PaletteModel* m_model;
    QPointer<QWidget> m_returnFocus;
};

}  // namespace indoubt::console::widgets
