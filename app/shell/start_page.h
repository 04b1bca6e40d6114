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

// The sentence a person needs beside the error's own: what is safe, what to try.
QString adviceFor(const base::Error& error, const QString& dataDirectory);

class StartPage : public QWidget {
    Q_OBJECT
  public:
    explicit StartPage(QWidget* parent = nullptr);
    void showStarting(const QString& what);
    void showStopping();
    void showFailure(const base::Error& error, const QString& dataDirectory, bool bundled);
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
