// SPDX-License-Identifier: GPL-3.0-or-later
// One small chart over time: name, one big number, lines with their names at the right end, markers, a threshold. QCustomPlot
// does the drawing and stays behind this header. Times are milliseconds since the epoch of the console's clock; the caller
// hands over whole series (at most some thousand points: bucket first). Replots are queued, so bursts cost one. GUI thread.
#pragma once
#include <QList>
#include <QString>
#include <QVector>
#include <QWidget>
#include <memory>

namespace indoubt::console::plots {

enum class SeriesInk { Committed, Aborted, InDoubt, Blocked, Text, Muted, Active };

struct SeriesStyle {
    QString name;             // at the line's right end: "commit", "p99"
    SeriesInk ink = SeriesInk::Text;
    bool filled = false;      // 12 % below the line
    bool dashed = false;
};

enum class Scale { Linear, Logarithmic };

enum class MarkerKind { Restart, Crash, Fault };  // dotted vertical; red line with a cross; dashed with a tag
struct Marker {
    double atMs = 0;
    MarkerKind kind = MarkerKind::Crash;
    QString name;
};

struct TableRow {
    QString time;
    QList<QString> values;
};

class TimeSeriesPlot : public QWidget {
    Q_OBJECT
  public:
    explicit TimeSeriesPlot(const QString& title, QWidget* parent = nullptr);
    ~TimeSeriesPlot() override;
    void setBigNumber(const QString& value, const QString& unit);       // "56.4", "payments/s"
    void setScale(Scale scale);
    // Formats the value axis and the table: 1000 -> "1k". Default: plain with k/M. `durations` shows ms/s ("10 ms", "1 s").
    void setDurations(bool durations);
    void setValueRange(double low, double high);                        // fixed; without it the range follows the data upwards in steps
    int addSeries(const SeriesStyle& style);                            // index
    void setData(int series, const QVector<double>& timesMs, const QVector<double>& values);  // NaN breaks the line
    void setWindow(double fromMs, double toMs);                         // right end is "now"
    void setEndLabel(const QString& label);                             // in place of "now": of a window in the past; empty: now
    void setOffsetMinutes(int minutes);                                 // zone for HH:MM
    void setThreshold(double value, const QString& name);               // dashed, named: 2000, "stuck"
    void setMarkers(const QList<Marker>& markers);
    void setGapText(double fromMs, const QString& text);                // "no commits", upright in the gap after fromMs; empty removes
    QList<TableRow> asTable() const;                                    // the twin for assistive technology and copying
    QString asText() const;                                             // one sentence: name, number, series with last values
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int replotCount() const;                                            // for tests

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void changeEvent(QEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace indoubt::console::plots
