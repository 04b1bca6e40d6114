// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of every dangerous action: names cluster and environment, shows the consequences, asks what it must, keeps focus on
// the safe button, and lets no key finish the act. What only writes something down begins in its first field.
#pragma once
#include <QDialog>
#include <QList>

#include "theme/glyphs.h"

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QHBoxLayout;
class QVBoxLayout;

namespace indoubt::console::widgets {

class DialogFrame : public QDialog {
    Q_OBJECT
  public:
    DialogFrame(theme::Environment environment, const QString& cluster, const QString& title, QWidget* parent);
    // "Force ROLLBACK at Hafenbank: PRODUCTION Rhein" is the window title; `title` alone is the heading.
    QVBoxLayout* body() const { return m_body; }
    void addWords(const QString& words);                                                // a paragraph
    void addConsequence(theme::Glyph glyph, const QString& condition, const QString& outcome);  // "If T decided commit", "120.00 EUR missing"
    // Fields that are added until endRow() stand side by side.
    void beginRow();
    void endRow() { m_row = nullptr; }
    QLineEdit* addField(const QString& label, bool required = true);                    // reason, ticket
    QPlainTextEdit* addArea(const QString& label, bool required = true);
    QLineEdit* addTypeToContinue(const QString& label, const QString& expected);        // "Type 120.00 to continue"
    void setSafeButton(const QString& label);                                           // "Keep waiting"; focus rests here
    // Dangerous: the act needs a mouse click or an explicit Tab to it and a click by assistive action; Enter and Space do nothing.
    void setActButton(const QString& label, bool dangerous = true);
    void setBlockedWhy(const QString& why);                                             // the act stays off, the reason shows
    void setBusy(bool busy, const QString& words = {});
    QPushButton* actButton() const { return m_act; }
    QPushButton* safeButton() const { return m_safe; }

  signals:
    void acted();  // all required fields are filled; the dialog stays open until the caller accepts it

  protected:
    void paintEvent(QPaintEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent*) override;

  private:
    void review();
    struct Need {
        QWidget* field;
        QString expected;  // empty: anything
    };
    theme::Environment m_environment;
    QString m_cluster, m_title, m_why;
    QVBoxLayout* m_body;
    QHBoxLayout* m_row = nullptr;
    QPushButton *m_safe, *m_act;
    class TextLabel* m_note;
    QList<Need> m_needs;
    bool m_dangerous = true, m_busy = false;
};

}  // namespace indoubt::console::widgets
