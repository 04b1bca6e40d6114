// SPDX-License-Identifier: GPL-3.0-or-later
// The bar at the foot, 40 px: five buttons, Live or the PAST strip, what happened when, where the console stands, how far
// behind. It shows and asks; it holds no time of its own. Fractions are positions within the shown range, 0 left, 1 right.
#pragma once
#include <QList>
#include <QString>
#include <QWidget>

#include "theme/glyphs.h"

class QPushButton;

namespace indoubt::console::widgets {

class TimeStrip;

struct TimeMark {
    double at = 0;                           // fraction
    theme::Glyph glyph = theme::Glyph::Crash;  // Crash, Restart, FaultTag, Partition
    QString name;                            // accessible and tool tip: "T crashed 12:04:31"
};
struct TimeTick {
    double at = 0;
    QString label;  // "12:03", "now"
};

class TimeBar : public QWidget {
    Q_OBJECT
  public:
    explicit TimeBar(QWidget* parent = nullptr);
    void setPaused(bool paused);                      // Pause view | Resume
    void setLive();                                   // dot and word
    void setNoContact();                              // in place of Live: what is shown is the last that was heard
    void setPast(const QString& time);                // "12:05:15.004": PAST strip, read only
    void setActivity(const QList<float>& heights);    // 0..1, spread over the range, bars 2 + 1
    void setMarks(const QList<TimeMark>& marks);
    void setTicks(const QList<TimeTick>& ticks);
    void setHead(double fraction);
    void setTime(const QString& time, const QString& zone);  // "12:04:30.118", "+01:00 local"
    void setLag(const QString& text, bool strong = false);   // "0.2 s behind, nothing sampled"; "+1,204 events since"
    void setStepKeys(const QString& pauseKey);               // "F8"
    int activityBars() const;                                // how many bars fit now
    QSize sizeHint() const override;

  signals:
    void firstRequested();
    void stepBackRequested();
    void pauseToggled();
    void stepForwardRequested();
    void liveRequested();              // last button, and a click on "now"
    void scrubbed(double fraction);    // while dragging
    void rangeResized();               // activityBars() changed

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;

  private:
    void place();
    void stand(bool noContact);
    QPushButton *m_first, *m_back, *m_pause, *m_forward, *m_last;
    TimeStrip* m_strip;
    QString m_time, m_zone, m_lag, m_past, m_key;
    bool m_lagStrong = false, m_paused = false, m_noContact = false;
};

}  // namespace indoubt::console::widgets
