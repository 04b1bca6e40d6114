// SPDX-License-Identifier: GPL-3.0-or-later
// The filter line: finished terms stand as chips, an error points at its character, completion opens below with counts.
// The language itself is behind FilterLanguage; the field knows no field name.
#pragma once
#include <QLineEdit>
#include <QList>
#include <QString>

namespace indoubt::console::widgets {

struct FilterSpan {
    int from = 0, length = 0;  // in characters of the text
};
struct FilterVerdict {
    bool ok = true;
    int errorFrom = -1, errorLength = 0;
    QString message;            // "no such field: nod"
    QList<FilterSpan> terms;    // finished terms, shown as chips
};
struct Completion {
    QString text;               // what stands in the list, monospace: "append"
    QString insert;             // replaces the completed piece; empty: text
    QString meaning;            // "a record joins the log"
    qint64 count = -1;          // matches with the rest of the filter; -1: unknown yet
};
struct CompletionList {
    FilterSpan replaces;        // the piece of the text that the choice replaces
    QString subject, hint;      // head: "kind:" bold, "one or more, separated by commas"
    QString right;              // head, right: "matches with the rest of the filter"
    QString noun;               // "kinds": the foot says "7 of 26 kinds"
    int all = 0;                // with nothing typed; 0: as many as there are items
    QList<Completion> items;
};

// Answers must be quick (a keystroke waits for them); counts may come later through `FilterField::refreshCompletion`.
class FilterLanguage {
  public:
    virtual ~FilterLanguage() = default;
    virtual FilterVerdict check(const QString& text) const = 0;
    virtual CompletionList complete(const QString& text, int cursor) const = 0;
};

class CompletionPopup;

class FilterField : public QLineEdit {
    Q_OBJECT
  public:
    explicit FilterField(QWidget* parent = nullptr);
    ~FilterField() override;
    void setLanguage(const FilterLanguage* language);  // not owned; must outlive the field
    void setFieldHint(const QString& hint);            // "state: age: node: ref: party: amount:"
    void setKeyHintText(const QString& key);           // "Ctrl F"
    void setCountText(const QString& text);            // "312" at the right; replaces the key hint while set
    // Enter with a valid filter goes on to what it has found.
    void setResults(std::function<QWidget*()> results) { m_results = std::move(results); }
    void refreshCompletion();
    bool completionOpen() const;
    const FilterVerdict& verdict() const { return m_verdict; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  signals:
    void filterChanged(const QString& text);    // valid text, 150 ms after the last key, or at once on Enter
    void filterInvalid(const QString& message, int at);

  protected:
    void paintEvent(QPaintEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    bool event(QEvent*) override;
    void focusInEvent(QFocusEvent*) override;
    void focusOutEvent(QFocusEvent*) override;

  private:
    void reread();
    void makeRoom();
    void showCompletion();
    void take(int row);
    bool unfinished() const;
    void closeCompletion();
    QString rightText() const;
    const FilterLanguage* m_language = nullptr;
    FilterVerdict m_verdict;
    CompletionPopup* m_popup;
    class QTimer* m_settle;
    std::function<QWidget*()> m_results;
    QString m_hint, m_key, m_count;
};

}  // namespace indoubt::console::widgets
