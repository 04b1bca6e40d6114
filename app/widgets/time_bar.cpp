// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/time_bar.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QToolTip>
#include <cmath>

#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/strokes.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/labels.h"

namespace indoubt::console::widgets {

using theme::TextRole;
namespace grid = theme::grid;

// Activity bars with marks above, ticks below, the head over all. A slider to the keyboard and to assistive technology.
class TimeStrip : public QWidget {
    Q_OBJECT
  public:
    explicit TimeStrip(QWidget* parent) : QWidget(parent) {
        setObjectName(QStringLiteral("timebar.strip"));
        setAccessibleName(tr("Position in time"));
        setFocusPolicy(Qt::TabFocus);
        setProperty("indoubtRing", true);
        setMouseTracking(true);
    }
    QList<float> heights;
    QList<TimeMark> marks;
    QList<TimeTick> ticks;
    double head = 1;
    static constexpr int margin = 16;  // half a tick's label and the head's grip
    int bars() const { return std::max(1, (width() - 2 * margin) / 3); }

  signals:
    void scrubbed(double fraction);
    void stepped(int direction);

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter p(this);
        const theme::Tokens& t = theme::tokensOf(this);
        const int base = height() - 13;
        p.fillRect(QRect(margin, base, width() - 2 * margin, 1), t.border);
        const int count = static_cast<int>(heights.size());
        const double pitch = count == 0 ? 3 : std::max(3.0, static_cast<double>(width() - 2 * margin) / count);
        for (int i = 0; i < count; ++i) {
            const int h = heights[i] <= 0 ? 0 : std::max(1, static_cast<int>(std::lround(heights[i] * 18)));
            if (h > 0) p.fillRect(QRect(margin + static_cast<int>(i * pitch), base - h, 2, h), t.faint);
        }
        p.setFont(theme::font(TextRole::Axis));
        p.setPen(t.muted);
        for (const TimeTick& tick : ticks) theme::drawTabular(p, QRectF(xOf(tick.at) - 30, base + 1, 60, 12), Qt::AlignCenter, tick.label);
        for (const TimeMark& mark : marks) {
            const double at = std::round(xOf(mark.at));
            const bool past = mark.glyph == theme::Glyph::Crash;
            p.fillRect(QRectF(at, 9, 1, base - 9), past ? t.muted : t.text);
            theme::paintGlyph(p, mark.glyph, QRectF(at - 4.5, 2, 10, 10), t);
        }
        const double at = std::round(xOf(head));
        p.setRenderHint(QPainter::Antialiasing);
        QPainterPath grip;
        grip.addPolygon(QPolygonF({{at - 5, 2}, {at + 5, 2}, {at + 5, 7}, {at + 2, 10}, {at - 2, 10}, {at - 5, 7}}));
        grip.closeSubpath();
        p.fillPath(grip, t.accent);
        p.fillRect(QRectF(at - 1, 8, 2, base - 7), t.accent);
    }
    void mousePressEvent(QMouseEvent* event) override {
        if (event->button() == Qt::LeftButton) emit scrubbed(fraction(event->position().x()));
    }
    void mouseMoveEvent(QMouseEvent* event) override {
        if (event->buttons() & Qt::LeftButton) emit scrubbed(fraction(event->position().x()));
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Left)
            emit stepped(-1);
        else if (event->key() == Qt::Key_Right)
            emit stepped(1);
        else
            QWidget::keyPressEvent(event);
    }
    bool event(QEvent* event) override {
        if (event->type() == QEvent::ToolTip) {
            auto* help = static_cast<QHelpEvent*>(event);
            for (const TimeMark& mark : marks)
                if (std::abs(xOf(mark.at) - help->pos().x()) < 6) {
                    QToolTip::showText(help->globalPos(), mark.name, this);
                    return true;
                }
            QToolTip::hideText();
            return true;
        }
        return QWidget::event(event);
    }

  private:
    double xOf(double part) const { return margin + part * (width() - 2 * margin); }
    double fraction(double px) const { return std::clamp((px - margin) / std::max(1, width() - 2 * margin), 0.0, 1.0); }
};

namespace {

QPushButton* step(TimeBar* bar, const char* id, theme::Glyph glyph, const QString& name) {
    auto* made = new QPushButton(bar);
    made->setObjectName(QStringLiteral("timebar.%1").arg(QLatin1String(id)));
    made->setIcon(theme::glyphIcon(glyph));
    made->setIconSize({16, 16});
    made->setAccessibleName(name);
    made->setToolTip(name);
    theme::setCompact(made);
    made->setFocusPolicy(Qt::TabFocus);
    return made;
}

// The pause button carries its key.
class PauseButton : public QPushButton {
  public:
    explicit PauseButton(QWidget* parent) : QPushButton(parent) {}
    QString key;
    // As wide as the longer of its two words: the buttons after it stay where the hand is.
    QSize sizeHint() const override {
        const int hint = key.isEmpty() ? 0 : static_cast<int>(KeyHint::size(key).width()) + 8;
        const QFontMetrics metrics(font());
        return {24 + std::max(metrics.horizontalAdvance(TimeBar::tr("Pause view")), metrics.horizontalAdvance(TimeBar::tr("Resume"))) +
                    hint + 8,
                24};
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QStyleOptionButton option;
        initStyleOption(&option);
        QPainter p(this);
        style()->drawControl(QStyle::CE_PushButtonBevel, &option, &p, this);
        const theme::Tokens& t = theme::tokensOf(this);
        theme::paintIcon(p, icon(), QRect(7, (height() - 14) / 2, 14, 14), t);
        p.setFont(font());
        p.setPen(t.text);
        p.drawText(QRect(24, 0, width() - 28, height()), Qt::AlignVCenter | Qt::AlignLeft, text());
        if (key.isEmpty()) return;
        const QSizeF size = KeyHint::size(key);
        KeyHint::paint(p, QRectF(width() - size.width() - 7, (height() - size.height()) / 2, size.width(), size.height()), key, t);
    }
};

}  // namespace

TimeBar::TimeBar(QWidget* parent)
    : QWidget(parent),
      m_first(step(this, "first", theme::Glyph::StepFirst, tr("To the first event"))),
      m_back(step(this, "back", theme::Glyph::StepBack, tr("One event back"))),
      m_pause(new PauseButton(this)),
      m_forward(step(this, "forward", theme::Glyph::StepForward, tr("One event on"))),
      m_last(step(this, "live", theme::Glyph::StepLast, tr("Live"))),
      m_strip(new TimeStrip(this)) {
    setFixedHeight(grid::timeBar);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Time"));
    m_pause->setObjectName(QStringLiteral("timebar.pause"));
    m_pause->setFocusPolicy(Qt::TabFocus);
    theme::setCompact(m_pause);
    connect(m_first, &QPushButton::clicked, this, &TimeBar::firstRequested);
    connect(m_back, &QPushButton::clicked, this, &TimeBar::stepBackRequested);
    connect(m_pause, &QPushButton::clicked, this, &TimeBar::pauseToggled);
    connect(m_forward, &QPushButton::clicked, this, &TimeBar::stepForwardRequested);
    connect(m_last, &QPushButton::clicked, this, &TimeBar::liveRequested);
    connect(m_strip, &TimeStrip::scrubbed, this, &TimeBar::scrubbed);
    connect(m_strip, &TimeStrip::stepped, this, [this](int direction) {
        if (direction < 0)
            emit stepBackRequested();
        else
            emit stepForwardRequested();
    });
    setStepKeys(QStringLiteral("F8"));
    m_paused = true;
    setPaused(false);
}

void TimeBar::setPaused(bool paused) {
    if (m_paused == paused) return;
    m_paused = paused;
    m_pause->setText(paused ? tr("Resume") : tr("Pause view"));
    m_pause->setIcon(theme::glyphIcon(paused ? theme::Glyph::Play : theme::Glyph::Pause));
    m_pause->setAccessibleName(m_pause->text());
    place();
    update();
}

void TimeBar::setStepKeys(const QString& pauseKey) {
    m_key = pauseKey;
    static_cast<PauseButton*>(m_pause)->key = pauseKey;
    place();
}

void TimeBar::setLive() { stand(false); }

void TimeBar::setNoContact() { stand(true); }

void TimeBar::stand(bool noContact) {
    if (m_past.isEmpty() && m_noContact == noContact && !accessibleDescription().isEmpty()) return;
    m_past.clear();
    m_noContact = noContact;
    setAccessibleDescription(noContact ? tr("No contact") : tr("Live"));
    place();
    update();
}

void TimeBar::setPast(const QString& time) {
    m_past = tr("PAST %1, read only").arg(time);
    setAccessibleDescription(m_past);
    place();
    update();
}

void TimeBar::setActivity(const QList<float>& heights) {
    m_strip->heights = heights;
    m_strip->update();
}

void TimeBar::setMarks(const QList<TimeMark>& marks) {
    m_strip->marks = marks;
    QStringList names;
    for (const TimeMark& mark : marks) names << mark.name;
    m_strip->setAccessibleDescription(names.join(QStringLiteral(", ")));
    m_strip->update();
}

void TimeBar::setTicks(const QList<TimeTick>& ticks) {
    m_strip->ticks = ticks;
    m_strip->update();
}

void TimeBar::setHead(double fraction) {
    if (m_strip->head == fraction) return;
    m_strip->head = fraction;
    m_strip->update();
}

void TimeBar::setTime(const QString& time, const QString& zone) {
    m_time = time;
    m_zone = zone;
    update();
}

void TimeBar::setLag(const QString& text, bool strong) {
    m_lag = text;
    m_lagStrong = strong;
    update();
}

int TimeBar::activityBars() const { return m_strip->bars(); }

QSize TimeBar::sizeHint() const { return {853, grid::timeBar}; }

namespace {

// Where the time stands: fixed from the right so that a growing strip or lag never moves it.
constexpr int timeRoom = 190, lagRoom = 230;

int rightRoom(int width) { return width < 1100 ? timeRoom : timeRoom + lagRoom; }

}  // namespace

void TimeBar::place() {
    int x = grid::pad;
    const auto put = [&](QWidget* w, int width) {
        w->setGeometry(x, (height() - 24) / 2, width, 24);
        x += width + 4;
    };
    put(m_first, 24);
    put(m_back, 24);
    put(m_pause, m_pause->sizeHint().width());
    put(m_forward, 24);
    put(m_last, 24);
    x += 8;
    QFont f = theme::font(TextRole::AxisStrong);
    const int live = m_past.isEmpty() ? (m_noContact ? 34 + QFontMetrics(theme::font(TextRole::Strong)).horizontalAdvance(tr("No contact")) : 62) : static_cast<int>(theme::tabularWidth(f, m_past)) + 22;
    const int left = x + live + 8;
    const int right = width() - rightRoom(width());
    const int before = m_strip->bars();
    m_strip->setGeometry(left, 1, std::max(60, right - left), height() - 1);
    if (m_strip->bars() != before) emit rangeResized();
}

void TimeBar::resizeEvent(QResizeEvent*) { place(); }

void TimeBar::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.panel);
    p.fillRect(QRect(0, 0, width(), 1), t.border);
    const int x = m_last->geometry().right() + 13;
    if (m_past.isEmpty()) {
        theme::paintGlyph(p, m_noContact ? theme::Glyph::Undetermined : theme::Glyph::Dot, QRectF(x - 2, height() / 2.0 - 8, 16, 16), t);
        p.setFont(theme::font(TextRole::Strong));
        p.setPen(t.text);
        p.drawText(QRect(x + 16, 0, m_strip->x() - x - 16, height()), Qt::AlignVCenter | Qt::AlignLeft, m_noContact ? tr("No contact") : tr("Live"));
    } else {
        theme::drawPastStrip(p, t, QRectF(x, (height() - 24) / 2, m_strip->x() - x - 8, 24), m_past);
    }
    const int timeX = width() - rightRoom(width()) + 14;
    p.setFont(theme::font(TextRole::MonoStrong));
    p.setPen(t.text);
    p.drawText(QRect(timeX, 0, 110, height()), Qt::AlignVCenter | Qt::AlignLeft, m_time);
    const int after = timeX + QFontMetrics(p.font()).horizontalAdvance(m_time) + 8;
    p.setFont(theme::font(TextRole::Small));
    p.setPen(t.muted);
    theme::drawTabular(p, QRectF(after, 0, 110, height()), Qt::AlignVCenter | Qt::AlignLeft, m_zone);
    if (width() < 1100) return;  // the lag also stands in the accessible text and the Watch head
    p.setFont(theme::font(m_lagStrong ? TextRole::SmallStrong : TextRole::Small));
    p.setPen(m_lagStrong ? t.text : t.muted);
    const qreal zoneEnd = after + theme::tabularWidth(theme::font(TextRole::Small), m_zone) + 10;
    const QRectF room(zoneEnd, 0, width() - grid::pad - zoneEnd, height());
    theme::drawTabular(p, room, Qt::AlignVCenter | Qt::AlignRight, QFontMetricsF(p.font()).elidedText(m_lag, Qt::ElideRight, room.width()));
}

}  // namespace indoubt::console::widgets

#include "time_bar.moc"
