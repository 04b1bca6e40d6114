// SPDX-License-Identifier: GPL-3.0-or-later
// What the window shows before there is a cluster: that it starts, or why it does not and what to do about it.
#pragma once
#include <QWidget>

#include "base/result.h"

class QPushButton;
class QVBoxLayout;

namespace indoubt::console::widgets {
class TextLabel;
class GlyphLabel;
}

namespace indoubt::console::shell {

// What a person needs beside the error's own words: what it means here, what is safe, and what can be done. Only ways out that
// exist are offered: a running cluster has no directory of ours, and what a newer version wrote does not open on a second try.
struct StartFailure {
    QString title, advice, elsewhere;   // elsewhere: the label of the other way out; empty: there is none
    bool retry = true;
};
// `target`: what --connect was given; empty: the bundled cluster in `dataDirectory`.
StartFailure startFailure(const base::Error& error, const QString& target, const QString& dataDirectory);

class StartPage : public QWidget {
    Q_OBJECT
  public:
    explicit StartPage(QWidget* parent = nullptr);
    void showStarting(const QString& title, const QString& what);
    void showFailure(const base::Error& error, const QString& target, const QString& dataDirectory);
    bool failed() const { return m_failed; }

  signals:
    void retryRequested();
    void elsewhereRequested();   // another data directory, or the bundled cluster instead of a remote one

  private:
    widgets::GlyphLabel* m_glyph;
    widgets::TextLabel *m_title, *m_words, *m_advice;
    QPushButton *m_retry, *m_elsewhere;
    bool m_failed = false;
};

}  // namespace indoubt::console::shell
