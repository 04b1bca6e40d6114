// SPDX-License-Identifier: GPL-3.0-or-later
#include "plots/time_series_plot.h"

#include <qcustomplot.h>

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDialog>
#include <QMenu>
#include <QPainter>
#include <QStandardItemModel>
#include <QVBoxLayout>
#include <cmath>
#include <limits>
#include <map>

#include "plots/plot_ticks.h"
#include "theme/fonts.h"
#include "theme/metrics.h"
#include "theme/theme.h"
#include "widgets/data_table.h"

namespace indoubt::console::plots {

using theme::TextRole;

namespace {

constexpr int headHigh = 58, footHigh = 20, topRoom = 8, sideRoom = 13;
constexpr double labelGap = 13;

QColor inkOf(SeriesInk ink, const theme::Tokens& t) {
    switch (ink) {
        case SeriesInk::Committed:
            return t.committed;
        case SeriesInk::Aborted:
            return t.aborted;
        case SeriesInk::InDoubt:
            return t.inDoubt;
        case SeriesInk::Blocked:
            return t.blocked;
        case SeriesInk::Active:
            return t.active;
        case SeriesInk::Text:
            return t.text;
        case SeriesInk::Muted:
            return t.muted;
    }
    return t.text;
}

struct Series {
    SeriesStyle style;
    QVector<double> times, values;
    QCPGraph* graph = nullptr;
    QCPItemText* label = nullptr;
};

}  // namespace

struct TimeSeriesPlot::Impl {
    explicit Impl(TimeSeriesPlot* owner, const QString& name) : self(owner), title(name), plot(new QCustomPlot(owner)) {
        plot->setAttribute(Qt::WA_TransparentForMouseEvents);
        plot->setFocusPolicy(Qt::NoFocus);
        plot->setPlottingHint(QCP::phFastPolylines, false);
        plot->axisRect()->setAutoMargins(QCP::msNone);
        for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
            axis->setTickLength(0);
            axis->setTickPen(QPen(Qt::NoPen));
            axis->setSubTicks(false);
            axis->setTickLabelPadding(axis == plot->xAxis ? 5 : 7);
        }
        valueTicker = QSharedPointer<QCPAxisTickerText>(new QCPAxisTickerText);
        clockTicker = QSharedPointer<QCPAxisTickerText>(new QCPAxisTickerText);
        plot->yAxis->setTicker(valueTicker);
        plot->xAxis->setTicker(clockTicker);
        plot->xAxis->grid()->setVisible(false);
        QObject::connect(plot, &QCustomPlot::afterReplot, owner, [this] { ++replots; });
    }

    void restyle();
    void layout();
    void placeItems();
    void placeLabels();
    void fitValues();
    void later() {
        layout();
        placeItems();
        placeLabels();
        plot->replot(QCustomPlot::rpQueuedReplot);
    }
    QRectF axisBox() const {
        const QMargins m = plot->axisRect()->margins();
        return QRectF(m.left(), m.top(), std::max(1, plot->width() - m.left() - m.right()),
                      std::max(1, plot->height() - m.top() - m.bottom()));
    }
    double pixelOf(double value) const {
        const QRectF box = axisBox();
        double part = 0;
        if (scale == Scale::Logarithmic)
            part = (std::log10(std::max(value, low)) - std::log10(low)) / (std::log10(high) - std::log10(low));
        else
            part = (value - low) / (high - low);
        return box.bottom() - std::clamp(part, 0.0, 1.0) * box.height();
    }
    QCPItemLine* line(const QColor& colour, Qt::PenStyle style, double width) {
        auto* made = new QCPItemLine(plot);
        QPen pen(colour, width, style, Qt::FlatCap);
        if (style == Qt::DotLine) pen.setDashPattern({1.4, 1.4});
        made->setPen(pen);
        made->setAntialiased(false);
        made->setClipToAxisRect(false);
        items << made;
        return made;
    }
    QCPItemText* words(const QString& text, const QFont& font, const QColor& colour, Qt::Alignment where) {
        auto* made = new QCPItemText(plot);
        made->setText(text);
        made->setFont(font);
        made->setColor(colour);
        made->setPositionAlignment(where);
        made->setClipToAxisRect(false);
        made->position->setType(QCPItemPosition::ptAbsolute);
        items << made;
        return made;
    }

    TimeSeriesPlot* self;
    QString title, number, unit;
    QCustomPlot* plot;
    QSharedPointer<QCPAxisTickerText> valueTicker, clockTicker;
    std::vector<Series> series;
    QList<Marker> markers;
    QList<QCPAbstractItem*> items;  // rebuilt with every change of markers, threshold or size
    Scale scale = Scale::Linear;
    bool durations = false, fixedRange = false;
    double low = 0, high = 4, from = 0, to = 1;
    int offsetMinutes = 0, replots = 0;
    double threshold = std::numeric_limits<double>::quiet_NaN();
    QString thresholdName, gapText, endLabel;
    double gapFrom = 0;
    int right = 47;
};

void TimeSeriesPlot::Impl::restyle() {
    const theme::Tokens& t = theme::tokensOf(self);
    plot->setBackground(QBrush(t.surface));
    const QFont axis = theme::font(TextRole::Axis);
    for (QCPAxis* a : {plot->xAxis, plot->yAxis}) {
        a->setTickLabelFont(axis);
        a->setTickLabelColor(t.muted);
        a->setBasePen(a == plot->xAxis ? QPen(t.border, 1) : QPen(Qt::NoPen));
    }
    plot->yAxis->grid()->setPen(QPen(t.divider, 1));
    plot->yAxis->grid()->setZeroLinePen(QPen(t.border, 1));
    for (Series& s : series) {
        const QColor ink = inkOf(s.style.ink, t);
        // A thick antialiased line costs ten times a thin one; that is noticed only with many points.
        QPen pen(ink, s.times.size() > 5000 ? 1.0 : 1.4);
        if (s.style.dashed) pen.setDashPattern({3, 2});
        s.graph->setPen(pen);
        s.graph->setBrush(s.style.filled ? QBrush(t.chartFill(ink)) : QBrush(Qt::NoBrush));
        s.graph->setAntialiased(true);
        s.graph->setAntialiasedFill(false);
    }
    later();
}

void TimeSeriesPlot::Impl::fitValues() {
    if (fixedRange) return;
    double most = 0;
    for (const Series& s : series)
        for (const double v : s.values)
            if (std::isfinite(v)) most = std::max(most, v);
    if (scale == Scale::Logarithmic) {
        low = 1;
        high = 100'000;
        while (high < most && high < 1e9) high *= 10;
        return;
    }
    // Upwards at once, downwards only when most of the room stands empty: an axis that follows every value cannot be read.
    const double top = roundTop(std::max(most, std::isfinite(threshold) ? threshold : 0) * 1.02);
    if (top > high || most < high * 0.3) high = top;
    low = 0;
}

void TimeSeriesPlot::Impl::layout() {
    plot->setGeometry(0, headHigh, self->width(), std::max(40, self->height() - headHigh));
    const QFontMetricsF metrics(theme::font(TextRole::Axis));
    const QList<Tick> values = scale == Scale::Logarithmic ? decadeTicks(low, high, durations) : linearTicks(low, high, durations);
    double widest = 16;
    valueTicker->clear();
    for (const Tick& tick : values) {
        valueTicker->addTick(tick.at, tick.label);
        widest = std::max(widest, metrics.horizontalAdvance(tick.label));
    }
    double names = 0;
    for (const Series& s : series) names = std::max(names, metrics.horizontalAdvance(s.style.name));
    if (!thresholdName.isEmpty())
        names = std::max(names, QFontMetricsF(theme::font(TextRole::AxisStrong)).horizontalAdvance(thresholdName));
    right = static_cast<int>(std::ceil(names)) + 11;
    plot->axisRect()->setMargins(QMargins(static_cast<int>(std::ceil(widest)) + 8 + 4, topRoom, std::max(right, 16), footHigh));
    plot->yAxis->setScaleType(scale == Scale::Logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    plot->yAxis->setRange(low, high);
    plot->xAxis->setRange(from / 1000, to / 1000);
    clockTicker->clear();
    for (const Tick& tick : timeTicks(from, to, offsetMinutes, axisBox().width(), 42, endLabel.isEmpty() ? TimeSeriesPlot::tr("now") : endLabel))
        clockTicker->addTick(tick.at / 1000, tick.label);
}

void TimeSeriesPlot::Impl::placeItems() {
    for (QCPAbstractItem* item : items) plot->removeItem(item);
    items.clear();
    const theme::Tokens& t = theme::tokensOf(self);
    const QRectF box = axisBox();
    const auto xOf = [&](double ms) { return std::round(box.left() + std::clamp((ms - from) / (to - from), 0.0, 1.0) * box.width()); };
    if (!gapText.isEmpty()) {
        auto* shade = new QCPItemRect(plot);
        shade->setPen(QPen(Qt::NoPen));
        shade->setBrush(QBrush(t.panel));
        shade->setClipToAxisRect(false);
        shade->topLeft->setType(QCPItemPosition::ptAbsolute);
        shade->bottomRight->setType(QCPItemPosition::ptAbsolute);
        shade->topLeft->setCoords(xOf(gapFrom), box.top());
        shade->bottomRight->setCoords(box.right(), box.bottom());
        shade->setLayer(QStringLiteral("background"));
        items << shade;
        if (box.right() - xOf(gapFrom) > 16) {
            QCPItemText* said = words(gapText, theme::font(TextRole::Axis), t.muted, Qt::AlignCenter);
            said->setRotation(-90);
            said->position->setCoords((xOf(gapFrom) + box.right()) / 2, box.center().y());
        }
    }
    for (const Marker& marker : markers) {
        if (marker.atMs < from || marker.atMs > to) continue;
        const double x = xOf(marker.atMs);
        const bool crash = marker.kind == MarkerKind::Crash;
        QCPItemLine* upright = line(crash ? t.blocked : t.muted,
                                    crash                                ? Qt::SolidLine
                                    : marker.kind == MarkerKind::Restart ? Qt::DotLine
                                                                         : Qt::DashLine,
                                    1.5);
        upright->start->setType(QCPItemPosition::ptAbsolute);
        upright->end->setType(QCPItemPosition::ptAbsolute);
        upright->start->setCoords(x, box.bottom());
        upright->end->setCoords(x, box.top());
        if (!crash) continue;
        for (const double side : {-1.0, 1.0}) {
            QCPItemLine* arm = line(t.blocked, Qt::SolidLine, 2);
            arm->setAntialiased(true);
            arm->start->setType(QCPItemPosition::ptAbsolute);
            arm->end->setType(QCPItemPosition::ptAbsolute);
            arm->start->setCoords(x - 4, box.top() - 4 * side);
            arm->end->setCoords(x + 4, box.top() + 4 * side);
        }
    }
    if (std::isfinite(threshold)) {
        QCPItemLine* limit = line(t.text, Qt::DashLine, 1);
        QPen pen = limit->pen();
        pen.setDashPattern({4, 3});
        limit->setPen(pen);
        limit->start->setType(QCPItemPosition::ptAbsolute);
        limit->end->setType(QCPItemPosition::ptAbsolute);
        limit->start->setCoords(box.left(), pixelOf(threshold));
        limit->end->setCoords(box.right(), pixelOf(threshold));
    }
}

void TimeSeriesPlot::Impl::placeLabels() {
    // Names at the right end, each beside its line, pushed apart where lines meet.
    struct Label {
        QString text;
        double y;
        bool strong;
    };
    std::vector<Label> labels;
    for (const Series& s : series) {
        double last = std::numeric_limits<double>::quiet_NaN();
        for (qsizetype i = s.values.size() - 1; i >= 0 && !std::isfinite(last); --i) last = s.values[i];
        if (!s.style.name.isEmpty() && std::isfinite(last)) labels.push_back({s.style.name, pixelOf(last), false});
    }
    if (std::isfinite(threshold) && !thresholdName.isEmpty()) labels.push_back({thresholdName, pixelOf(threshold), true});
    std::stable_sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
    const QRectF box = axisBox();
    for (size_t i = 1; i < labels.size(); ++i) labels[i].y = std::max(labels[i].y, labels[i - 1].y + labelGap);
    double limit = box.bottom() - 6;  // clear of the clock below
    for (size_t i = labels.size(); i-- > 0; limit = labels[i].y - labelGap) labels[i].y = std::min(labels[i].y, limit);
    const theme::Tokens& t = theme::tokensOf(self);
    for (const Label& label : labels)
        words(label.text, theme::font(label.strong ? TextRole::AxisStrong : TextRole::Axis), t.text, Qt::AlignLeft | Qt::AlignVCenter)
            ->position->setCoords(box.right() + 5, label.y);
}

TimeSeriesPlot::TimeSeriesPlot(const QString& title, QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(this, title)) {
    setAccessibleName(title);
    setFocusPolicy(Qt::TabFocus);
    setProperty("indoubtRing", true);
    m_impl->restyle();
}

TimeSeriesPlot::~TimeSeriesPlot() = default;

void TimeSeriesPlot::setBigNumber(const QString& value, const QString& unit) {
    if (m_impl->number == value && m_impl->unit == unit) return;
    m_impl->number = value;
    m_impl->unit = unit;
    setAccessibleDescription(asText());
    update(0, 0, width(), headHigh);
}

void TimeSeriesPlot::setScale(Scale scale) {
    m_impl->scale = scale;
    m_impl->fitValues();
    m_impl->later();
}

void TimeSeriesPlot::setDurations(bool durations) {
    m_impl->durations = durations;
    m_impl->later();
}

void TimeSeriesPlot::setValueRange(double low, double high) {
    m_impl->low = low;
    m_impl->high = high;
    m_impl->fixedRange = true;
    m_impl->later();
}

int TimeSeriesPlot::addSeries(const SeriesStyle& style) {
    Series s;
    s.style = style;
    s.graph = m_impl->plot->addGraph();
    s.graph->setAdaptiveSampling(true);
    m_impl->series.push_back(s);
    m_impl->restyle();
    return static_cast<int>(m_impl->series.size()) - 1;
}

void TimeSeriesPlot::setData(int series, const QVector<double>& timesMs, const QVector<double>& values) {
    Q_ASSERT(series >= 0 && series < static_cast<int>(m_impl->series.size()) && timesMs.size() == values.size());
    Series& s = m_impl->series[static_cast<size_t>(series)];
    s.times = timesMs;
    s.values = values;
    // A value between two gaps has no line to stand in: it gets a short one of its own, or only its name would be seen.
    const double half = timesMs.size() > 1 ? (timesMs[1] - timesMs[0]) / 2000 : 0.5;
    const auto none = [&](qsizetype i) { return i < 0 || i >= values.size() || !std::isfinite(values[i]); };
    QVector<double> seconds, drawn;
    seconds.reserve(timesMs.size());
    drawn.reserve(timesMs.size());
    for (qsizetype i = 0; i < timesMs.size(); ++i) {
        const bool lone = !none(i) && none(i - 1) && none(i + 1);
        seconds << timesMs[i] / 1000 - (lone ? half : 0);
        drawn << values[i];
        if (!lone) continue;
        seconds << timesMs[i] / 1000 + half;
        drawn << values[i];
    }
    s.graph->setData(seconds, drawn, true);
    m_impl->fitValues();
    setAccessibleDescription(asText());
    m_impl->later();
}

void TimeSeriesPlot::setEndLabel(const QString& label) {
    m_impl->endLabel = label;
    m_impl->later();
}

void TimeSeriesPlot::setWindow(double fromMs, double toMs) {
    if (!(toMs > fromMs)) return;
    m_impl->from = fromMs;
    m_impl->to = toMs;
    m_impl->later();
}

void TimeSeriesPlot::setOffsetMinutes(int minutes) {
    m_impl->offsetMinutes = minutes;
    m_impl->later();
}

void TimeSeriesPlot::setThreshold(double value, const QString& name) {
    m_impl->threshold = value;
    m_impl->thresholdName = name;
    m_impl->fitValues();
    m_impl->later();
}

void TimeSeriesPlot::setMarkers(const QList<Marker>& markers) {
    m_impl->markers = markers;
    m_impl->later();
}

void TimeSeriesPlot::setGapText(double fromMs, const QString& text) {
    m_impl->gapFrom = fromMs;
    m_impl->gapText = text;
    m_impl->later();
}

QList<TableRow> TimeSeriesPlot::asTable() const {
    std::map<double, QList<QString>> byTime;
    const qsizetype columns = static_cast<qsizetype>(m_impl->series.size());
    for (qsizetype c = 0; c < columns; ++c) {
        const Series& s = m_impl->series[static_cast<size_t>(c)];
        for (qsizetype i = 0; i < s.times.size(); ++i) {
            if (s.times[i] < m_impl->from || s.times[i] > m_impl->to) continue;
            QList<QString>& row = byTime[s.times[i]];
            if (row.isEmpty()) row.resize(columns);
            row[c] = std::isfinite(s.values[i]) ? QString::number(s.values[i], 'f', std::abs(s.values[i]) < 100 ? 2 : 0) : QString();
        }
    }
    QList<TableRow> rows;
    for (auto& [time, values] : byTime) rows << TableRow{timeLabel(time, m_impl->offsetMinutes, true), std::move(values)};
    return rows;
}

QString TimeSeriesPlot::asText() const {
    QStringList parts{QStringLiteral("%1 %2").arg(m_impl->number, m_impl->unit).trimmed()};
    for (const Series& s : m_impl->series)
        if (!s.values.isEmpty() && std::isfinite(s.values.last()))
            parts << QStringLiteral("%1 %2").arg(s.style.name, valueLabel(s.values.last(), m_impl->durations));
    for (const Marker& marker : m_impl->markers)
        if (!marker.name.isEmpty()) parts << marker.name;
    parts.removeAll(QString());
    return QStringLiteral("%1: %2").arg(m_impl->title, parts.join(QStringLiteral(", ")));
}

QSize TimeSeriesPlot::sizeHint() const { return {240, 268}; }
QSize TimeSeriesPlot::minimumSizeHint() const { return {150, 150}; }
int TimeSeriesPlot::replotCount() const { return m_impl->replots; }

void TimeSeriesPlot::paintEvent(QPaintEvent*) {
    QPainter p(this);
    const theme::Tokens& t = theme::tokensOf(this);
    p.fillRect(rect(), t.surface);
    p.setFont(theme::font(TextRole::Small));
    p.setPen(t.muted);
    p.drawText(QRect(sideRoom, 9, width() - 2 * sideRoom, 18), Qt::AlignVCenter | Qt::AlignLeft, m_impl->title);
    p.setFont(theme::font(TextRole::Counter));
    p.setPen(t.text);
    const double x = sideRoom + theme::drawTabularAt(p, QPointF(sideRoom, 46), m_impl->number) + 6;
    p.setFont(theme::font(TextRole::Small));
    p.setPen(t.muted);
    const QString unit = QFontMetricsF(p.font()).elidedText(m_impl->unit, Qt::ElideRight, std::max(0.0, width() - sideRoom - x));
    theme::drawTabularAt(p, QPointF(x, 46), unit);
}

void TimeSeriesPlot::resizeEvent(QResizeEvent*) { m_impl->later(); }

void TimeSeriesPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl != nullptr) m_impl->restyle();
}

void TimeSeriesPlot::contextMenuEvent(QContextMenuEvent* event) {
    QStringList heads{tr("time")};
    for (const Series& s : m_impl->series) heads << s.style.name;
    QMenu menu(this);
    connect(menu.addAction(tr("Copy as table")), &QAction::triggered, this, [this, heads] {
        QString text = heads.join(QLatin1Char('\t')) + QLatin1Char('\n');
        for (const TableRow& row : asTable()) text += row.time + QLatin1Char('\t') + row.values.join(QLatin1Char('\t')) + QLatin1Char('\n');
        QApplication::clipboard()->setText(text);
    });
    connect(menu.addAction(tr("Show as table")), &QAction::triggered, this, [this, heads] {
        auto* dialog = new QDialog(this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setWindowTitle(m_impl->title);
        const QList<TableRow> rows = asTable();
        auto* model = new QStandardItemModel(static_cast<int>(rows.size()), static_cast<int>(heads.size()), dialog);
        model->setHorizontalHeaderLabels(heads);
        for (int r = 0; r < rows.size(); ++r) {
            model->setItem(r, 0, new QStandardItem(rows[r].time));
            for (int c = 0; c < rows[r].values.size(); ++c) model->setItem(r, c + 1, new QStandardItem(rows[r].values[c]));
        }
        auto* table = new widgets::DataTable(dialog);
        table->setModel(model);
        table->setAccessibleName(m_impl->title);
        auto* layout = new QVBoxLayout(dialog);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(table);
        dialog->resize(420, 480);
        dialog->open();
    });
    menu.exec(event->globalPos());
}

}  // namespace indoubt::console::plots
