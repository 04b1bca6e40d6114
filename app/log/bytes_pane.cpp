// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/bytes_pane.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPainter>
#include <QSplitter>
#include <QVBoxLayout>

#include "log/hex_view.h"
#include "log/record_text_view.h"
#include "theme/fonts.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"
#include "widgets/segmented_control.h"

namespace indoubt::console::log {

// The chosen field in two lines on panel: name, number, kind, length, place; then its value.
class FieldFoot : public QWidget {
  public:
    using QWidget::QWidget;
    void setText(const QString& name, const QString& words, const QString& value) {
        m_name = name;
        m_words = words;
        m_value = value;
        setVisible(!name.isEmpty());
        setAccessibleName(QStringLiteral("%1 %2 %3").arg(name, words, value));
        update();
    }
    QSize sizeHint() const override { return {200, 57}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const theme::Tokens& t = theme::tokensOf(this);
        painter.fillRect(rect(), t.panel);
        painter.fillRect(QRect(0, 0, width(), 1), t.border);
        painter.setFont(theme::font(theme::TextRole::Strong));
        painter.setPen(t.text);
        const qreal end = 14 + QFontMetricsF(painter.font()).horizontalAdvance(m_name);
        painter.drawText(QRectF(14, 8, width() - 28, 20), Qt::AlignLeft | Qt::AlignVCenter, m_name);
        painter.setFont(theme::font(theme::TextRole::Small));
        painter.setPen(t.muted);
        theme::drawTabular(painter, QRectF(end + 8, 8, width() - end - 20, 20), Qt::AlignLeft | Qt::AlignVCenter, m_words);
        painter.setFont(theme::font(theme::TextRole::Mono));
        painter.setPen(t.text);
        painter.drawText(QRectF(14, 30, width() - 28, 20), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(painter.font()).elidedText(m_value, Qt::ElideRight, width() - 28));
    }

  private:
    QString m_name, m_words, m_value;
};

BytesPane::BytesPane(bool full, QWidget* parent) : QWidget(parent), m_full(full) {
    setObjectName(QStringLiteral("bytesPane"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_head = new widgets::PaneHead(tr("Bytes"), this);
    m_hex = new HexView(this);
    m_text = new RecordTextView(this);
    m_split = new QSplitter(Qt::Horizontal, this);
    m_split->setObjectName(QStringLiteral("bytesSplit"));
    m_split->addWidget(m_hex);
    m_split->addWidget(m_text);
    m_split->setStretchFactor(0, 0);
    m_split->setStretchFactor(1, 1);
    m_split->setChildrenCollapsible(false);
    layout->addWidget(m_head);
    layout->addWidget(m_split, 1);
    connect(m_hex, &HexView::byteChosen, this, [this](int offset) {
        const int field = m_recorded.fieldAt(offset);
        setField(field);
        if (field >= 0) emit fieldChosen(m_recorded.fields[field].path);
    });
    connect(m_text, &RecordTextView::fieldChosen, this, [this](int field) {
        setField(field);
        if (field >= 0) emit fieldChosen(m_recorded.fields[field].path);
    });
    if (!full) {
        m_text->hide();
        return;
    }
    m_form = new widgets::SegmentedControl({tr("Hex"), tr("Text"), tr("Both")}, this);
    m_form->setAccessibleName(tr("How the bytes are shown"));
    m_form->setCurrentIndex(2);
    m_head->addRight(m_form);
    auto* copy = widgets::secondaryButton(tr("Copy"), this, true);
    copy->setAccessibleName(tr("Copy the bytes"));
    m_head->addRight(copy);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_form->currentIndex() == 1 ? m_text->asText() : m_hex->selectedHex()); });
    connect(m_form, &widgets::SegmentedControl::currentChanged, this, [this](int form) {
        m_hex->setVisible(form != 1);
        m_text->setVisible(form != 0);
    });
    m_foot = new FieldFoot(this);
    m_foot->hide();
    layout->addWidget(m_foot);
    m_hex->setMinimumWidth(280);
    m_split->setSizes({m_hex->preferredWidth() + 16, 280});  // with a scroll bar
}

void BytesPane::setRecorded(const Recorded& recorded) {
    m_recorded = recorded;
    m_field = -1;
    m_hex->setBytes(recorded.bytes);
    m_text->setRecorded(recorded);
    showField();
}

void BytesPane::clear() { setRecorded({}); }

void BytesPane::setField(int field) {
    m_field = field >= 0 && field < m_recorded.fields.size() ? field : -1;
    showField();
}

void BytesPane::showField() {
    m_text->setField(m_field);
    if (!m_recorded.problem.isEmpty()) {
        m_head->setRemark(m_recorded.problem);
    } else if (m_field < 0) {
        m_head->setRemark(m_recorded.bytes.isEmpty() ? QString() : tr("%1 bytes as recorded").arg(m_recorded.bytes.size()));
    }
    if (m_field < 0) {
        m_hex->setHighlight(0, 0, 0);
        if (m_foot) m_foot->setText({}, {}, {});
        return;
    }
    const ByteField& field = m_recorded.fields[m_field];
    m_hex->setHighlight(field.from, field.keyLength, field.length);
    const QString where = QStringLiteral("0x%1").arg(field.from, 4, 16, QLatin1Char('0'));
    if (m_full) {
        m_head->setRemark(tr("%1 bytes as recorded").arg(m_recorded.bytes.size()));
        m_foot->setText(field.name, tr("field %1, %2, %3 bytes at %4").arg(field.number).arg(field.kind).arg(field.length).arg(where),
                        field.value);
    } else {
        m_head->setRemark(tr("%1, field %2, %3 bytes at %4").arg(field.name).arg(field.number).arg(field.length).arg(where));
    }
}

}  // namespace indoubt::console::log
