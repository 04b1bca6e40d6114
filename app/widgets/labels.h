// SPDX-License-Identifier: GPL-3.0-or-later
// Texts: elided, in a role of the type scale, monospace xid, key hint, node plate, link.
#pragma once
#include <QLabel>
#include <QPushButton>

#include "theme/fonts.h"
#include "theme/glyphs.h"

namespace indoubt::console::widgets {

enum class Ink { Text, Muted, Faint };

// A QLabel in a role and an ink that follows the theme. Wraps when told (`setWordWrap`). Selectable by mouse on request.
class TextLabel : public QLabel {
    Q_OBJECT
  public:
    explicit TextLabel(const QString& text = {}, theme::TextRole role = theme::TextRole::Body, Ink ink = Ink::Text,
                       QWidget* parent = nullptr);
    void setInk(Ink ink);
    void setRole(theme::TextRole role);

  protected:
    void changeEvent(QEvent*) override;

  private:
    void recolour();
    Ink m_ink;
    bool m_busy = false;
};

// One line that shortens itself with an ellipsis and tells the whole in its tool tip and accessible name. Digits tabular.
class ElidedLabel : public QWidget {
    Q_OBJECT
  public:
    explicit ElidedLabel(const QString& text = {}, theme::TextRole role = theme::TextRole::Body, Ink ink = Ink::Text,
                         QWidget* parent = nullptr);
    void setText(const QString& text);
    QString text() const { return m_text; }
    void setInk(Ink ink);
    void setAlignment(Qt::Alignment alignment);
    void setElide(Qt::TextElideMode mode);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent*) override;
    bool event(QEvent*) override;

  private:
    QString m_text;
    theme::TextRole m_role;
    Ink m_ink;
    Qt::Alignment m_alignment = Qt::AlignLeft | Qt::AlignVCenter;
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

// 7f3a..91c2 for any longer hexadecimal id. Full value in the tool tip and for copying.
QString shortXid(const QString& xid);
class XidLabel : public ElidedLabel {
    Q_OBJECT
  public:
    explicit XidLabel(const QString& xid = {}, QWidget* parent = nullptr);
    void setXid(const QString& xid);
    QString xid() const { return m_xid; }

  protected:
    void contextMenuEvent(QContextMenuEvent*) override;

  private:
    QString m_xid;
};

// A key in its little frame: "Ctrl K".
class KeyHint : public QWidget {
    Q_OBJECT
  public:
    explicit KeyHint(const QString& key, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    static QSizeF size(const QString& key);
    static void paint(QPainter& painter, const QRectF& box, const QString& key, const theme::Tokens& tokens);

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    QString m_key;
};

// Any sign as a widget, with its accessible word.
class GlyphLabel : public QWidget {
    Q_OBJECT
  public:
    explicit GlyphLabel(theme::Glyph glyph, int size = 16, QWidget* parent = nullptr);
    void setGlyph(theme::Glyph glyph);
    QSize sizeHint() const override { return {m_size, m_size}; }

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    theme::Glyph m_glyph;
    int m_size;
};

// The node's letter, inverse, 16 px.
class Plate : public QWidget {
    Q_OBJECT
  public:
    explicit Plate(const QString& id, QWidget* parent = nullptr);
    void setMuted(bool muted);
    QSize sizeHint() const override { return {16, 16}; }

  protected:
    void paintEvent(QPaintEvent*) override;

  private:
    QString m_id;
    bool m_muted = false;
};

// Buttons of the four kinds; plain QPushButtons, so the style draws them.
QPushButton* primaryButton(const QString& text, QWidget* parent = nullptr);
QPushButton* secondaryButton(const QString& text, QWidget* parent = nullptr, bool compact = false);
QPushButton* linkButton(const QString& text, QWidget* parent = nullptr);   // underlined
QPushButton* quietButton(const QString& text, QWidget* parent = nullptr);  // words only, in pane heads: Zoom, Fit, Export
QPushButton* iconButton(theme::Glyph glyph, const QString& name, QWidget* parent = nullptr);  // 24 x 24, name = accessible + tool tip

}  // namespace indoubt::console::widgets
