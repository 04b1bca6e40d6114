// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/theme_gallery.h"

#include <QPainter>
#include <QPushButton>
#include <QStyleOption>

#include "theme/fonts.h"
#include "theme/glyphs.h"
#include "theme/metrics.h"
#include "theme/strokes.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/amount.h"
#include "widgets/chip.h"
#include "widgets/filter_field.h"
#include "widgets/labels.h"
#include "widgets/segmented_control.h"

namespace indoubt::console::gallery {

using theme::Glyph;
using theme::TextRole;

namespace {

void heading(QPainter& p, const theme::Tokens& t, int y, const QString& text) {
    p.setFont(theme::font(TextRole::Caps));
    p.setPen(t.muted);
    p.drawText(QPointF(20, y), text);
}

void bands(QPainter& p, const theme::Tokens& t) {
    const struct {
        theme::Environment environment;
        const char *word, *name;
    } rows[] = {{theme::Environment::Sandbox, "SANDBOX", "Local sandbox, 4 nodes"},
                {theme::Environment::Test, "TEST", "Elbe"},
                {theme::Environment::Drill, "DRILL", "Rhein, drill 14"},
                {theme::Environment::Production, "PRODUCTION", "Rhein"}};
    int y = 36;
    for (const auto& row : rows) {
        const theme::BandColours band = t.band(row.environment);
        p.fillRect(QRect(20, y, 680, 25), band.fill);
        p.fillRect(QRect(20, y + 25, 680, t.dark && row.environment == theme::Environment::Production ? 2 : 1), band.line);
        p.setFont(theme::font(TextRole::Caps));
        const int plate = QFontMetrics(p.font()).horizontalAdvance(QLatin1String(row.word)) + 20;
        p.fillRect(QRect(20, y, plate, 25), band.plate);
        p.setPen(band.onPlate);
        p.drawText(QRect(20, y, plate, 25), Qt::AlignCenter, QLatin1String(row.word));
        p.setFont(theme::font(TextRole::Body));
        p.setPen(band.text);
        p.drawText(QRect(20 + plate + 10, y, 400, 25), Qt::AlignVCenter | Qt::AlignLeft, QLatin1String(row.name));
        y += 26;
    }
}

void swatches(QPainter& p, const theme::Tokens& t) {
    const QList<std::pair<QString, QColor>> all = {{"surface", t.surface},    {"panel", t.panel},           {"border", t.border},
                                                   {"divider", t.divider},    {"ctl", t.fieldEdge},         {"hover", t.rowHover},
                                                   {"sel", t.selection},      {"selidle", t.selectionIdle}, {"text", t.text},
                                                   {"accent", t.accent},      {"hover", t.accentHover},     {"pressed", t.accentPressed},
                                                   {"on accent", t.onAccent}, {"disabled", t.disabled},     {"dis. text", t.onDisabled},
                                                   {"muted", t.muted},        {"faint", t.faint},           {"track", t.track}};
    for (int i = 0; i < all.size(); ++i) {
        const QRectF box(20 + 75 * (i % 9), 172 + 56 * (i / 9), 72, 22);
        p.setRenderHint(QPainter::Antialiasing);
        p.setBrush(all[i].second);
        p.setPen(t.border);
        p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        QFont f = theme::font(TextRole::Axis);
        f.setPixelSize(10);
        p.setFont(f);
        p.setPen(t.muted);
        p.drawText(QPointF(box.left(), box.bottom() + 12), all[i].first);
        theme::drawTabularAt(p, QPointF(box.left(), box.bottom() + 25), all[i].second.name().toUpper());
    }
}

void signs(QPainter& p, const theme::Tokens& t) {
    const QList<QList<Glyph>> rows = {{Glyph::Active, Glyph::Preparing, Glyph::InDoubt, Glyph::Blocked, Glyph::Committing},
                                      {Glyph::Committed, Glyph::Aborting, Glyph::Aborted, Glyph::Heuristic, Glyph::Damage},
                                      {Glyph::VoteYes, Glyph::VoteNo, Glyph::VoteReadOnly, Glyph::VotePending, Glyph::RaftVote},
                                      {Glyph::Durable, Glyph::Syncing, Glyph::LazyWrite, Glyph::Crash, Glyph::Restart},
                                      {Glyph::Suspended, Glyph::HeldBack, Glyph::Lock, Glyph::Lost, Glyph::Undetermined}};
    const int tops[] = {450, 473, 522, 545, 568};
    for (int row = 0; row < rows.size(); ++row)
        for (int i = 0; i < rows[row].size(); ++i) {
            const int x = 20 + 136 * i;
            theme::paintGlyph(p, rows[row][i], QRectF(x, tops[row], 16, 16), t);
            p.setFont(theme::font(row < 2 ? TextRole::Body : TextRole::Small));
            p.setPen(t.text);
            p.drawText(QRect(x + 22, tops[row] - 2, 110, 20), Qt::AlignVCenter | Qt::AlignLeft, theme::glyphWord(rows[row][i]));
        }
}

void messages(QPainter& p, const theme::Tokens& t) {
    using theme::MessageKind;
    const struct {
        MessageKind kind;
        const char* word;
        bool repeat;
    } all[] = {{MessageKind::Prepare, "PREPARE", false}, {MessageKind::VoteYes, "YES", false},     {MessageKind::VoteNo, "NO", false},
               {MessageKind::Commit, "COMMIT", false},   {MessageKind::Abort, "ABORT", false},     {MessageKind::Ack, "ACK", false},
               {MessageKind::Inquiry, "inquiry", false}, {MessageKind::Prepare, "repeat ×2", true}};
    p.setFont(theme::font(TextRole::Small));
    for (int i = 0; i < 8; ++i) {
        const double x = 24 + 228 * (i % 3), y = 634 + 26 * (i / 3);
        theme::MessageLook look;
        look.repeat = all[i].repeat;
        theme::drawMessage(p, t, all[i].kind, {x, y}, {x + 96, y}, look);
        p.setPen(t.text);
        p.drawText(QPointF(x + 108, y + 4), QString::fromUtf8(all[i].word));
    }
    theme::drawLostMessage(p, t, MessageKind::Commit, {480, 686}, {582, 686}, 686);
    p.setPen(t.text);
    p.drawText(QPointF(588, 690), theme::glyphWord(Glyph::Lost));
}

void lanes(QPainter& p, const theme::Tokens& t) {
    const double y = 744;
    theme::drawLaneLine(p, t, 20, 640, y);
    theme::drawSyncSpan(p, t, 44, 90, y);
    theme::drawForcedWrite(p, t, 44, y, false);
    theme::drawInDoubtBand(p, t, 92, 230, y, "in doubt 2.9 ms");
    theme::drawBlockedBand(p, t, 230, 390, y, "blocked 41 s");
    theme::drawForcedWrite(p, t, 90, y, true);
    theme::drawForcedWrite(p, t, 392, y, true);
    theme::drawLockRail(p, t, 90, 392, y, "120.00 EUR", true);
    theme::drawHeuristicBar(p, t, 424, 520, y, "heuristic");
    theme::drawDamageBar(p, t, 535, 633, y, "120.00");
    const double z = 788;
    theme::drawLaneLine(p, t, 20, 133, z);
    theme::drawCrash(p, t, {140, z});
    theme::drawFaultTag(p, t, {154, z - 9}, "crash T");
    theme::drawRestart(p, t, {282, z});
    theme::drawLaneLine(p, t, 288, 350, z);
    theme::drawSuspended(p, t, 370, 447, z);
    theme::drawPartition(p, t, {472, z - 7, 96, 14});
    theme::drawFold(p, t, 639, z - 16, z + 16, {});
    p.setFont(theme::font(TextRole::SmallStrong));
    p.setPen(t.muted);
    theme::drawTabularAt(p, {654, z + 4}, "41 s");
}

void rows(QPainter& p, const theme::Tokens& t) {
    const char* words[] = {"rest", "hover", "selected"};
    for (int i = 0; i < 3; ++i) {
        const QRect row(0, 820 + 24 * i, 720, 24);
        p.fillRect(row, i == 1 ? t.rowHover : i == 2 ? t.selection : t.surface);
        p.fillRect(QRect(0, row.bottom(), 720, 1), t.divider);
        if (i == 2) p.fillRect(QRect(0, row.top(), 2, 24), t.accent);
        p.setFont(theme::font(TextRole::Body));
        p.setPen(t.muted);
        p.drawText(row.adjusted(8, 0, 0, 0), Qt::AlignVCenter, words[i]);
        theme::paintGlyph(p, Glyph::InDoubt, QRectF(98, row.top() + 4, 16, 16), t);
        p.setPen(t.text);
        p.drawText(row.adjusted(120, 0, 0, 0), Qt::AlignVCenter, theme::glyphWord(Glyph::InDoubt));
        p.setFont(theme::font(TextRole::Reference));
        p.drawText(row.adjusted(208, 0, 0, 0), Qt::AlignVCenter, "INV-2042");
        p.setFont(theme::font(TextRole::Body));
        p.drawText(row.adjusted(308, 0, 0, 0), Qt::AlignVCenter, "Mara Lindholm → Velo Atelier");
        widgets::paintAmount(p, QRectF(500, row.top(), 130, 24), {12000, "EUR", 2}, t);
        int x = 648;
        for (const Glyph vote : {Glyph::VoteYes, Glyph::VotePending, Glyph::VoteNo}) {
            theme::paintGlyph(p, vote, QRectF(x, row.top() + 5, 14, 14), t);
            x += 18;
        }
    }
}

// A button held in one state, as the style draws it.
class HeldButton : public QPushButton {
  public:
    HeldButton(const QString& text, theme::ButtonKind kind, QStyle::State held, bool ring, QWidget* parent)
        : QPushButton(text, parent), m_held(held), m_ring(ring) {
        theme::setButtonKind(this, kind);
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        QStyleOptionButton option;
        initStyleOption(&option);
        option.state |= m_held;
        if (m_ring) {
            theme::drawFocusRing(p, QRectF(rect()).adjusted(3, 3, -3, -3), theme::tokensOf(this));
            option.rect = rect().adjusted(3, 3, -3, -3);
        }
        style()->drawControl(QStyle::CE_PushButton, &option, &p, this);
    }

  private:
    QStyle::State m_held;
    bool m_ring;
};

class Plain : public widgets::FilterLanguage {
  public:
    widgets::FilterVerdict check(const QString& text) const override {
        widgets::FilterVerdict verdict;
        if (text.startsWith("is:stuck")) verdict.terms << widgets::FilterSpan{0, 8};
        return verdict;
    }
    widgets::CompletionList complete(const QString&, int) const override { return {}; }
};

}  // namespace

Sheet::Sheet(const theme::Tokens& tokens, QWidget* parent) : QWidget(parent), m_tokens(tokens) {
    theme::pinTokens(this, tokens);
    setFixedSize(sheetWidth, sheetHeight);
    using theme::ButtonKind;
    const struct {
        QStyle::State held;
        bool ring, off;
    } states[] = {{QStyle::State_None, false, false},
                  {QStyle::State_MouseOver, false, false},
                  {QStyle::State_Sunken, false, false},
                  {QStyle::State_None, true, false},
                  {QStyle::State_None, false, true}};
    const ButtonKind kinds[] = {ButtonKind::Primary, ButtonKind::Secondary};
    for (int row = 0; row < 2; ++row) {
        int x = 20;
        for (const auto& state : states) {
            auto* button = new HeldButton(row == 0 ? "Ask T now" : "Read log", kinds[row], state.held, state.ring, this);
            const QSize size = button->sizeHint();
            const int more = state.ring ? 3 : 0;
            button->setGeometry(x - more, 312 + 36 * row - more, size.width() + 2 * more, size.height() + 2 * more);
            button->setEnabled(!state.off);
            x += size.width() + 10;
        }
    }
    auto* link = widgets::linkButton("Force an outcome...", this);
    link->setGeometry(QRect(QPoint(470, 350), link->sizeHint()));
    auto* segments = new widgets::SegmentedControl({"Folded", "Order", "Clock"}, this);
    segments->setGeometry(QRect(QPoint(20, 388), segments->sizeHint()));
    auto* due = new widgets::Chip("due 12:15, in 10 min", Glyph::Clock, this);
    due->setGeometry(QRect(QPoint(198, 390), due->sizeHint()));
    auto* pinned = new widgets::Chip("stuck", Glyph::Pin, this);
    pinned->setGeometry(QRect(QPoint(361, 390), pinned->sizeHint()));
    static const Plain language;
    auto* field = new widgets::FilterField(this);
    field->setLanguage(&language);
    field->setText("is:stuck age>");
    field->setGeometry(436, 386, 202, 28);
}

void Sheet::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = m_tokens;
    p.fillRect(rect(), t.surface);
    p.setRenderHint(QPainter::Antialiasing);
    heading(p, t, 26, "ENVIRONMENT BANDS");
    bands(p, t);
    heading(p, t, 162, "SURFACES AND ACCENT");
    swatches(p, t);
    heading(p, t, 302, "BUTTONS: REST, HOVER, PRESSED, FOCUS, DISABLED");
    heading(p, t, 440, "STATES");
    heading(p, t, 512, "VOTES AND MARKS");
    signs(p, t);
    heading(p, t, 612, "MESSAGES");
    messages(p, t);
    heading(p, t, 716, "LANE: SYNC, IN DOUBT, BLOCKED, LOCK, HEURISTIC, DAMAGE; CRASH, RESTART, SUSPENDED, PARTITION, FOLD");
    lanes(p, t);
    rows(p, t);
}

QImage shot(QWidget& widget, qreal scale) {
    widget.ensurePolished();
    QImage image((QSizeF(widget.size()) * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(scale);
    image.fill(Qt::transparent);
    widget.render(&image);
    return image;
}

}  // namespace indoubt::console::gallery
