// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as hexadecimal and text, sixteen to a row. One field stands out: its value in accent, its key in the selection's
// colour. A click or the arrow keys choose a byte. Any length: only the rows in view are painted.
#pragma once
#include <QAbstractScrollArea>

namespace indoubt::console::log {

class HexView : public QAbstractScrollArea {
    Q_OBJECT
  public:
    explicit HexView(QWidget* parent = nullptr);
    void setBytes(const QByteArray& bytes);
    const QByteArray& bytes() const { return m_bytes; }
    void setHighlight(int from, int keyLength, int length);  // length 0: none. Scrolled into view
    int highlightFrom() const { return m_from; }
    int highlightLength() const { return m_length; }
    int cursor() const { return m_cursor; }
    QString selectedHex() const;  // the field's bytes, or all
    int preferredWidth() const;
    QSize sizeHint() const override;

  signals:
    void byteChosen(int offset);

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void changeEvent(QEvent*) override;

  private:
    struct Metrics;
    Metrics metrics() const;
    void measure();
    void reveal(int offset);
    int byteAt(QPoint pos) const;
    QByteArray m_bytes;
    int m_from = 0, m_key = 0, m_length = 0;
    int m_cursor = -1;
};

}  // namespace indoubt::console::log
